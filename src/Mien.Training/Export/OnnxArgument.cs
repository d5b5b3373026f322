namespace Mien.Training;

/// <summary>A named attribute of an ONNX operator, such as the strides of a <c>Conv</c>.</summary>
public sealed class OnnxArgument
{
    // AttributeProto: name, f, i, s, ints and type in onnx.proto, and AttributeType's values.
    private const int NameField = 1, FloatField = 2, IntegerField = 3, TextField = 4, IntegersField = 8, TypeField = 20;
    private const int FloatType = 1, IntegerType = 2, TextType = 3, IntegersType = 7;

    private readonly byte[] _message;

    /// <summary>A floating-point attribute.</summary>
    public OnnxArgument(string name, float value)
        : this(name, writer =>
        {
            writer.Float(FloatField, value);
            writer.Integer(TypeField, FloatType);
        })
    {
    }

    /// <summary>An integer attribute.</summary>
    public OnnxArgument(string name, long value)
        : this(name, writer =>
        {
            writer.Integer(IntegerField, value);
            writer.Integer(TypeField, IntegerType);
        }) => Integer = value;

    /// <summary>A text attribute.</summary>
    public OnnxArgument(string name, string value)
        : this(name, writer =>
        {
            writer.Text(TextField, value);
            writer.Integer(TypeField, TextType);
        })
    {
    }

    /// <summary>An attribute that is a list of integers.</summary>
    public OnnxArgument(string name, params long[] values)
        : this(name, writer =>
        {
            foreach (long value in values)
                writer.Integer(IntegersField, value);
            writer.Integer(TypeField, IntegersType);
        })
    {
    }

    /// <summary>An attribute of any kind as a file holds it.</summary>
    internal OnnxArgument(ReadOnlySpan<byte> message)
    {
        _message = message.ToArray();
        Name = "";
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == NameField)
                Name = reader.Text;
            else if (reader.Field == IntegerField)
                Integer = reader.Integer;
        }
    }

    private OnnxArgument(string name, Action<ProtobufWriter> writeValue)
    {
        Name = name;
        var writer = new ProtobufWriter();
        writer.Text(NameField, name);
        writeValue(writer);
        _message = writer.Written.ToArray();
    }

    /// <summary>The attribute's name.</summary>
    internal string Name { get; }

    /// <summary>The value of an integer attribute; 0 for any other.</summary>
    internal long Integer { get; }

    /// <summary>The AttributeProto.</summary>
    internal ReadOnlySpan<byte> Message => _message;
}
