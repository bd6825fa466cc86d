/* The words of kernels in CUDA C. NVRTC has no header files, and needs none for this. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;

#define HAS_F64 1
#define KERNEL(name) extern "C" __global__ void name
#define FN static __device__ inline
#define GLOBAL
#define LOCAL __shared__
#define TABLE static __device__ const
#define CONST const
#define BARRIER __syncthreads()
#define I64(number) number##LL
#define GROUP ((i64)blockIdx.x)
#define LOCAL_ID ((i64)threadIdx.x)
#define GROUPS ((i64)gridDim.x)
#define GROUP_SIZE ((i64)blockDim.x)

#define CLAIM(p) (atomicCAS((int*)(p), 0, -1) == 0)
#define bits_f32(bits) __int_as_float(bits)
#define f32_bits(number) __float_as_int(number)
#define bits_f64(bits) __longlong_as_double(bits)
#define f64_bits(number) __double_as_longlong(number)
#define mulhi_u32(a, b) __umulhi(a, b)

#ifdef __CUDACC_RTC__
#define HAS_HALF 1
FN f32 f32_of_f16(u16 bits) { f32 x; asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(bits)); return x; }
FN u16 f16_of_f32(f32 x) { u16 bits; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x)); return bits; }
#endif

#define f32_isfinite(x) (fabsf(x) <= 3.402823466e+38f)
#define f64_isfinite(x) (fabs(x) <= 1.7976931348623157e+308)
#define f32_sqrt sqrtf
#define f32_fma fmaf
#define f32_floor floorf
#define f32_ceil ceilf
#define f32_rint rintf
#define f32_trunc truncf
#define f32_fabs fabsf
#define f32_fmod fmodf
#define f32_exp expf
#define f32_expm1 expm1f
#define f32_log logf
#define f32_log1p log1pf
#define f32_sin sinf
#define f32_cos cosf
#define f32_tan tanf
#define f32_asin asinf
#define f32_acos acosf
#define f32_atan atanf
#define f32_sinh sinhf
#define f32_cosh coshf
#define f32_tanh tanhf
#define f32_asinh asinhf
#define f32_acosh acoshf
#define f32_atanh atanhf
#define f32_pow powf
#define f32_atan2 atan2f
#define f64_sqrt sqrt
#define f64_fma fma
#define f64_floor floor
#define f64_ceil ceil
#define f64_rint rint
#define f64_trunc trunc
#define f64_fabs fabs
#define f64_fmod fmod
#define f64_exp exp
#define f64_expm1 expm1
#define f64_log log
#define f64_log1p log1p
#define f64_sin sin
#define f64_cos cos
#define f64_tan tan
#define f64_asin asin
#define f64_acos acos
#define f64_atan atan
#define f64_sinh sinh
#define f64_cosh cosh
#define f64_tanh tanh
#define f64_asinh asinh
#define f64_acosh acosh
#define f64_atanh atanh
#define f64_pow pow
#define f64_atan2 atan2

