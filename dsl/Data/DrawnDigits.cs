namespace MindDsl.Data;
/// <summary>x</summary>
public static class DrawnDigits { }
