namespace MindDsl.Backends.Cpu;

/// <summary>
/// Splits the units of a loop nest over threads that wait for work. Each unit is done by one thread as if alone, so that results do not depend on the number
/// of threads. When the threads are busy for another call the nest runs where it is.
/// </summary>
internal static class WorkSplitter
{
    private static readonly Lock Gate = new();
    private static readonly Worker[] Workers = [.. Enumerable.Range(1, ThreadCount() - 1).Select(n => new Worker(n))];

    /// <summary>The number of threads, the caller among them; <c>MINDDSL_THREADS</c> bounds it.</summary>
    public static int Threads => Workers.Length + 1;

    /// <summary>What takes the times of the parts that threads do for this one; null if nothing does.</summary>
    [ThreadStatic]
    private static (KernelTimes Times, int Kernel)? t_observer;

    /// <summary>Says what takes the times of the parts of the kernel that this thread runs next.</summary>
    public static void Observe(KernelTimes? times, int kernel) => t_observer = times is null ? null : (times, kernel);

    /// <summary>Runs all units.</summary>
    public static void Run(NestMethod method, long frame, long units)
    {
        if (Workers.Length == 0 || units < 2 || !Gate.TryEnter())
        {
            method(frame, 0, units);
            return;
        }
        try
        {
            int parts = (int)Math.Min(units, Threads);
            if (t_observer is var (times, kernel)) method = Timed(method, times, kernel);
            for (int part = 1; part < parts; part++) Workers[part - 1].Start(method, frame, units * part / parts, units * (part + 1) / parts);
            Exception? failure = null;
            try
            {
                method(frame, 0, units / parts);
            }
            catch (MindDslException e)
            {
                failure = e;
            }
            for (int part = 1; part < parts; part++) failure = Workers[part - 1].Finish() ?? failure;
            if (failure is not null) throw failure;
        }
        finally
        {
            Gate.Exit();
        }
    }

    private static NestMethod Timed(NestMethod method, KernelTimes times, int kernel) => (frame, begin, end) =>
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        method(frame, begin, end);
        times.AddPart(kernel, start);
    };

    private static int ThreadCount()
    {
        int processors = Environment.ProcessorCount;
        return int.TryParse(Environment.GetEnvironmentVariable("MINDDSL_THREADS"), out int asked) && asked > 0 ? Math.Min(asked, processors) : processors;
    }

    // Workers live as long as the process.
#pragma warning disable CA1001
    private sealed class Worker
#pragma warning restore CA1001
    {
        private readonly ManualResetEventSlim _start = new(false, 200);
        private readonly ManualResetEventSlim _done = new(false, 2000);
        private NestMethod _method = null!;
        private Exception? _failure;
        private long _frame, _begin, _end;

        public Worker(int number)
        {
            var thread = new Thread(Loop) { IsBackground = true, Name = $"MindDsl worker {number}" };
            thread.Start();
        }

        public void Start(NestMethod method, long frame, long begin, long end)
        {
            (_method, _frame, _begin, _end, _failure) = (method, frame, begin, end, null);
            _done.Reset();
            _start.Set();
        }

        public Exception? Finish()
        {
            _done.Wait();
            return _failure;
        }

        private void Loop()
        {
            while (true)
            {
                _start.Wait();
                _start.Reset();
                try
                {
                    _method(_frame, _begin, _end);
                }
                catch (MindDslException e)
                {
                    _failure = e;
                }
                _done.Set();
            }
        }
    }
}
