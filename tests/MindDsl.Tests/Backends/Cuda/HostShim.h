// Lets kernels in CUDA C run on the host: blocks one after another, the threads of a block too, but where they wait for one another.
#include <math.h>
#include <string.h>
#include <stdlib.h>
#include <ucontext.h>

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

struct HostThread { ucontext_t context; bool done; char* stack; };
static const int HostStack = 64 << 10;
static thread_local HostThread* hostThreads;
static thread_local unsigned hostCount;
static thread_local ucontext_t hostScheduler;
static thread_local void (*hostBody)(long long*);
static thread_local long long* hostArguments;

static void hostStart()
{
    hostBody(hostArguments);
    HostThread& me = hostThreads[threadIdx.x];
    me.done = true;
    swapcontext(&me.context, &hostScheduler);
}

static inline void __syncthreads() { swapcontext(&hostThreads[threadIdx.x].context, &hostScheduler); }

// The result is 1 if some threads of a block waited where others had ended.
static int hostLaunch(void (*body)(long long*), long long* arguments, unsigned grid, unsigned block, bool waits, bool backwards)
{
    int status = 0;
    gridDim = { grid, 1, 1 };
    blockDim = { block, 1, 1 };
    hostBody = body;
    hostArguments = arguments;
    if (waits && hostCount < block)
    {
        hostThreads = (HostThread*)realloc(hostThreads, block * sizeof(HostThread));
        for (; hostCount < block; hostCount++) hostThreads[hostCount].stack = (char*)malloc(HostStack);
    }
    for (unsigned b = 0; b < grid; b++)
    {
        blockIdx = { backwards ? grid - 1 - b : b, 0, 0 };
        if (!waits)
        {
            for (unsigned t = 0; t < block; t++)
            {
                threadIdx = { backwards ? block - 1 - t : t, 0, 0 };
                body(arguments);
            }
            continue;
        }
        for (unsigned t = 0; t < block; t++)
        {
            HostThread& thread = hostThreads[t];
            getcontext(&thread.context);
            thread.context.uc_stack.ss_sp = thread.stack;
            thread.context.uc_stack.ss_size = HostStack;
            thread.context.uc_link = 0;
            makecontext(&thread.context, hostStart, 0);
            thread.done = false;
        }
        for (unsigned left = block; left > 0;)
        {
            unsigned ended = 0, before = left;
            for (unsigned t = 0; t < block; t++)
            {
                unsigned i = backwards ? block - 1 - t : t;
                if (hostThreads[i].done) continue;
                threadIdx = { i, 0, 0 };
                swapcontext(&hostScheduler, &hostThreads[i].context);
                if (hostThreads[i].done) ended++;
            }
            if (ended != 0 && ended != before) status = 1;
            left -= ended;
        }
    }
    return status;
}
