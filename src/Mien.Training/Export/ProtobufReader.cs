using System.Buffers.Binary;
using System.Text;

namespace Mien.Training;

/// <summary>Reads the fields of one message in the protobuf wire format, one after the other. https://protobuf.dev/programming-guides/encoding/</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that <see cref="Read"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>The field's value, where it is an integer.</summary>
    public long Integer { get; private set; }

    /// <summary>The field's value, where it is a string, bytes, a packed list or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The field's value as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Goes to the next field.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidDataException">The bytes are no such message.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        ulong key = Varint();
        Field = (int)(key >> 3);
        Integer = 0;
        Bytes = default;
        switch (key & 7)
        {
            case 0:
                Integer = (long)Varint();
                break;
            case 1:
                Integer = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Integer = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
                break;
            default:
                throw new InvalidDataException($"field {Field} is of wire type {key & 7}");
        }
        return true;
    }

    /// <summary>Adds the field's value, an integer or a packed list of them.</summary>
    public readonly void AddIntegers(List<long> values)
    {
        if (Bytes.IsEmpty)
        {
            values.Add(Integer);
            return;
        }
        var packed = new ProtobufReader(Bytes);
        while (!packed._rest.IsEmpty)
            values.Add((long)packed.Varint());
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException("a number has more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw new InvalidDataException("it ends in the middle of a field");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
