// Lets kernels in CUDA C run on the host: blocks one after another, the threads of a block too, but where they wait for one another.
#include <math.h>
#include <setjmp.h>
#include <string.h>
#include <stdlib.h>
#include <ucontext.h>

struct float4 { float x, y, z, w; };
struct HostIndex { unsigned x, y, z; };
static thread_local HostIndex threadIdx, blockIdx, blockDim, gridDim;

#define __global__
#define __device__
#define __shared__ static thread_local

static inline float __int_as_float(int bits) { float x; memcpy(&x, &bits, 4); return x; }
static inline int __float_as_int(float x) { int bits; memcpy(&bits, &x, 4); return bits; }
static inline double __longlong_as_double(long long bits) { double x; memcpy(&x, &bits, 8); return x; }
static inline long long __double_as_longlong(double x) { long long bits; memcpy(&bits, &x, 8); return bits; }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)(((unsigned long long)a * b) >> 32); }
static inline int atomicCAS(int* place, int expected, int value) { int old = *place; if (old == expected) *place = value; return old; }

// A thread of a block has a stack of its own, and goes on with the next block when it is done with one. Only its first start asks the system.
struct HostThread { ucontext_t context; jmp_buf place; bool started, done; };
static const int HostStack = 64 << 10;
static thread_local HostThread* hostThreads;
static thread_local unsigned hostCount;
static thread_local jmp_buf hostScheduler;
static thread_local void (*hostBody)(long long*);
static thread_local long long* hostArguments;

static inline void __syncthreads()
{
    if (_setjmp(hostThreads[threadIdx.x].place) == 0) _longjmp(hostScheduler, 1);
}

static void hostStart()
{
    for (;;)
    {
        hostBody(hostArguments);
        hostThreads[threadIdx.x].done = true;
        __syncthreads();
    }
}

static void hostResume(unsigned thread)
{
    threadIdx = { thread, 0, 0 };
    HostThread& next = hostThreads[thread];
    if (_setjmp(hostScheduler) != 0) return;
    if (next.started) _longjmp(next.place, 1);
    next.started = true;
    setcontext(&next.context);
}

static void hostPrepare(unsigned count)
{
    if (hostCount >= count) return;
    // Places of threads that have started do not move.
    hostThreads = (HostThread*)calloc(count, sizeof(HostThread));
    for (hostCount = 0; hostCount < count; hostCount++)
    {
        ucontext_t& context = hostThreads[hostCount].context;
        getcontext(&context);
        context.uc_stack.ss_sp = malloc(HostStack);
        context.uc_stack.ss_size = HostStack;
        context.uc_link = 0;
        makecontext(&context, hostStart, 0);
    }
}

// The result is 1 if some threads of a block waited where others had ended.
static int hostLaunch(void (*body)(long long*), long long* arguments, unsigned grid, unsigned block, bool waits, bool backwards)
{
    int status = 0;
    gridDim = { grid, 1, 1 };
    blockDim = { block, 1, 1 };
    hostBody = body;
    hostArguments = arguments;
    if (waits) hostPrepare(block);
    for (unsigned b = 0; b < grid; b++)
    {
        blockIdx = { backwards ? grid - 1 - b : b, 0, 0 };
        for (unsigned t = 0; t < block; t++)
        {
            if (waits)
            {
                hostThreads[t].done = false;
                continue;
            }
            threadIdx = { backwards ? block - 1 - t : t, 0, 0 };
            body(arguments);
        }
        for (unsigned left = waits ? block : 0; left > 0;)
        {
            unsigned ended = 0;
            for (unsigned t = 0; t < block; t++)
            {
                unsigned thread = backwards ? block - 1 - t : t;
                if (hostThreads[thread].done) continue;
                hostResume(thread);
                if (hostThreads[thread].done) ended++;
            }
            if (ended != 0 && ended != left) status = 1;
            left -= ended;
        }
    }
    return status;
}
