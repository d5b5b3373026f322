namespace Mien.Training;

/// <summary>A named attribute of an ONNX operator, such as the strides of a <c>Conv</c>.</summary>
public sealed class OnnxArgument
{
    // AttributeProto: name, f, i, s, ints and type in onnx.proto, and AttributeType's values.
    private const int NameField = 1, FloatField = 2, IntegerField = 3, TextField = 4, IntegersField = 8, TypeField = 20;
    private const int FloatType = 1, IntegerType = 2, TextType = 3, IntegersType = 7;

    private readonly string _name;
    private readonly Action<ProtobufWriter> _writeValue;

    /// <summary>A floating-point attribute.</summary>
    public OnnxArgument(string name, float value)
    {
        _name = name;
        _writeValue = writer =>
        {
            writer.Float(FloatField, value);
            writer.Integer(TypeField, FloatType);
        };
    }

    /// <summary>An integer attribute.</summary>
    public OnnxArgument(string name, long value)
    {
        _name = name;
        _writeValue = writer =>
        {
            writer.Integer(IntegerField, value);
            writer.Integer(TypeField, IntegerType);
        };
    }

    /// <summary>A text attribute.</summary>
    public OnnxArgument(string name, string value)
    {
        _name = name;
        _writeValue = writer =>
        {
            writer.Text(TextField, value);
            writer.Integer(TypeField, TextType);
        };
    }

    /// <summary>An attribute that is a list of integers.</summary>
    public OnnxArgument(string name, params long[] values)
    {
        _name = name;
        _writeValue = writer =>
        {
            foreach (long value in values)
                writer.Integer(IntegersField, value);
            writer.Integer(TypeField, IntegersType);
        };
    }

    internal void Write(ProtobufWriter writer)
    {
        writer.Text(NameField, _name);
        _writeValue(writer);
    }
}
