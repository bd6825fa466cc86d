namespace MindDsl.Backends.Cpu;

/// <summary>
/// A compiled loop nest or kernel. <paramref name="frame"/> is the address of a table of 8-byte slots: addresses of tensors and scalars, in an
/// order that caller and nest agree on. <paramref name="begin"/> and <paramref name="end"/> bound the units of work to do.
/// </summary>
internal delegate void NestMethod(long frame, long begin, long end);

/// <summary>The compiled entry: reads addresses from the tables of the context.</summary>
internal delegate void EntryMethod(CallContext context);
