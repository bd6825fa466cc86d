namespace MindDsl.Backends.Devices;

/// <summary>Where a value of a program is.</summary>
internal abstract record Location
{
    /// <summary>A scalar whose bits the host knows.</summary>
    public sealed record Register(int Index) : Location;

    /// <summary>A scalar in memory.</summary>
    public sealed record Cell(Place At) : Location;

    /// <summary>A scalar that is a variable of the kernel being written.</summary>
    public sealed record Local(string Name) : Location;

    /// <summary>A tensor in memory.</summary>
    public sealed record Stored(Place At) : Location;

    /// <summary>A sequence or union that the host keeps, by its slot.</summary>
    public sealed record Kept(int Slot) : Location;
}
