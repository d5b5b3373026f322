using System.Runtime.InteropServices;

namespace Mien.Training;

/// <summary>The kinds of number that constants hold, with the values of TensorProto.DataType.</summary>
internal enum OnnxElement
{
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
}

/// <summary>A constant of a graph: weights, a shape.</summary>
/// <param name="Name">The name by which operators take it.</param>
/// <param name="Type">What kind of number it holds.</param>
/// <param name="Dimensions">Its shape; none for a scalar.</param>
/// <param name="Data">The numbers in row-major order, little-endian.</param>
internal sealed record OnnxConstant(string Name, OnnxElement Type, long[] Dimensions, byte[] Data)
{
    // TensorProto in onnx.proto.
    private const int DimensionsField = 1, TypeField = 2, FloatsField = 4, Int64sField = 7, NameField = 8, RawField = 9;

    /// <summary>The numbers of a constant of floats.</summary>
    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Data);

    /// <summary>Reads a TensorProto.</summary>
    /// <exception cref="ModelException">Its values are kept in another way than those that are supported.</exception>
    public static OnnxConstant Read(ReadOnlySpan<byte> message)
    {
        string name = "";
        OnnxElement type = 0;
        List<long> dimensions = [], integers = [];
        byte[]? data = null;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case DimensionsField: reader.AddIntegers(dimensions); break;
                case TypeField: type = (OnnxElement)reader.Integer; break;
                case NameField: name = reader.Text; break;
                // Packed floats are laid out as raw ones are.
                case FloatsField or RawField when !reader.Bytes.IsEmpty: data = reader.Bytes.ToArray(); break;
                case Int64sField: reader.AddIntegers(integers); break;
            }
        }
        if (type == OnnxElement.Int64 && integers.Count > 0)
            data = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(integers)).ToArray();
        if (data is null && dimensions.Contains(0))
            data = [];
        return new(name, type, [.. dimensions], data
            ?? throw new ModelException($"its constant '{name}' lies in another file, or in a form that is not supported"));
    }

    /// <summary>Writes a TensorProto.</summary>
    public void Write(ProtobufWriter writer)
    {
        foreach (long dimension in Dimensions)
            writer.Integer(DimensionsField, dimension);
        writer.Integer(TypeField, (int)Type);
        writer.Text(NameField, Name);
        writer.Bytes(RawField, Data);
    }
}
