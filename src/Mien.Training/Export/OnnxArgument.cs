using Google.Protobuf;
using Onnx;
using AttributeType = Onnx.AttributeProto.Types.AttributeType;

namespace Mien.Training;

/// <summary>A named attribute of an ONNX operator, such as the strides of a <c>Conv</c>.</summary>
public sealed class OnnxArgument
{
    /// <summary>A floating-point attribute.</summary>
    public OnnxArgument(string name, float value) => Message = new() { Name = name, Type = AttributeType.Float, F = value };

    /// <summary>An integer attribute.</summary>
    public OnnxArgument(string name, long value) => Message = new() { Name = name, Type = AttributeType.Int, I = value };

    /// <summary>A text attribute.</summary>
    public OnnxArgument(string name, string value) => Message = new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>An attribute that is a list of integers.</summary>
    public OnnxArgument(string name, params long[] values) => Message = new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    /// <summary>The attribute as a file holds it.</summary>
    internal AttributeProto Message { get; }
}
