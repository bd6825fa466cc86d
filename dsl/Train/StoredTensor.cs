namespace MindDsl.Train;

/// <summary>A tensor as it is in a file: a name, a type, a shape and bytes.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="DType">The type of its elements: <c>F16</c>, <c>BF16</c>, <c>F32</c>, <c>F64</c>, <c>I32</c>, <c>I64</c>, <c>BOOL</c> or <c>U8</c>.</param>
/// <param name="Shape">The length of each axis, outermost first; empty for a single element.</param>
/// <param name="Data">The elements in row-major order, little-endian; a truth value is one byte, 0 or 1.</param>
public sealed record StoredTensor(string Name, string DType, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data);

/// <summary>The contents of a safetensors file.</summary>
/// <param name="Tensors">The tensors in the order in which their bytes are in the file.</param>
/// <param name="Metadata">What the file says about itself, such as the step of the training at which it was written.</param>
public sealed record SafetensorsContent(IReadOnlyList<StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
