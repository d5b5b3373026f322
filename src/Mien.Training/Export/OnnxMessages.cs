using System.Runtime.InteropServices;
using Onnx;
using ElementType = Onnx.TensorProto.Types.DataType;

namespace Mien.Training;

/// <summary>What the messages of ONNX's schema leave to their reader.</summary>
internal static class OnnxMessages
{
    extension(NodeProto node)
    {
        /// <summary>The value of an integer attribute, or the operator's default.</summary>
        public long Integer(string name, long otherwise) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? otherwise;
    }

    extension(TensorProto tensor)
    {
        /// <summary>The numbers of a constant of floats, in row-major order.</summary>
        /// <exception cref="ModelException">They lie in another file, or are not as many as the shape says.</exception>
        public float[] Floats()
        {
            float[] values = tensor.FloatData.Count > 0 ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
            return values.Length == tensor.Dims.Aggregate(1L, (product, dimension) => product * dimension) ? values
                : throw new ModelException($"its constant '{tensor.Name}' of shape [{string.Join(", ", tensor.Dims)}] has {values.Length} values");
        }

        /// <summary>Whether the constant holds 32-bit floats.</summary>
        public bool IsFloat => tensor.DataType == (int)ElementType.Float;
    }

    /// <summary>Describes an input or output of floats.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its shape; a negative dimension is one that each run decides, the first of them the batch. Null is any shape.</param>
    public static ValueInfoProto FloatValue(string name, long[]? dimensions)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Float };
        if (dimensions is not null)
        {
            tensor.Shape = new()
            {
                Dim =
                {
                    dimensions.Select((dimension, axis) => dimension >= 0
                        ? new TensorShapeProto.Types.Dimension { DimValue = dimension }
                        : new() { DimParam = axis == 0 ? "batch" : $"{name}_{axis}" }),
                },
            };
        }
        return new() { Name = name, Type = new() { TensorType = tensor } };
    }
}
