using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A function or class that a pickle names.</summary>
/// <param name="Name">Module and name: <c>collections.OrderedDict</c>.</param>
internal sealed record PickledGlobal(string Name);

/// <summary>Memory that tensors of a pickle are views of; its bytes are elsewhere in the file.</summary>
/// <param name="Key">How the file names it.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">How many elements it has.</param>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count);

/// <summary>A tensor of a pickle.</summary>
/// <param name="Storage">Where its elements are.</param>
/// <param name="Offset">The first of them.</param>
/// <param name="Shape">The length of each dimension.</param>
/// <param name="Stride">The distance in elements between neighbours along each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Stride);

/// <summary>
/// Reads pickles of tensors by name and nothing else. A pickle is a program that can call any function of Python's; here only the
/// handful of calls that PyTorch's state dicts consist of is understood, and none is carried out: they make data.
/// </summary>
/// <remarks>Opcodes: https://github.com/python/cpython/blob/main/Lib/pickletools.py; up to protocol 2, which <c>torch.save</c> writes.</remarks>
/// <param name="stream">The bytes; a pickle ends by itself.</param>
/// <param name="broken">Makes the error for a fault.</param>
internal sealed class Pickle(Stream stream, Func<string, ModelException> broken)
{
    /// <summary>What the user of a file that holds more than weights can do.</summary>
    public const string Remedy = "save the state dict only: torch.save(model.state_dict(), path)";

    /// <summary>Against lengths that exhaust memory; names of tensors are short.</summary>
    private const int LongestText = 1 << 16;

    private const int HighestProtocol = 2;
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";

    private static readonly Dictionary<string, ScalarType> StorageTypes = new()
    {
        ["torch.DoubleStorage"] = ScalarType.Float64, ["torch.FloatStorage"] = ScalarType.Float32, ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16, ["torch.LongStorage"] = ScalarType.Int64, ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16, ["torch.CharStorage"] = ScalarType.Int8, ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    private static readonly object Mark = new();

    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<int, object?> _memo = [];

    /// <summary>The next pickle of the stream: text, <see cref="long"/>, <see cref="bool"/>, null, a tuple as an array, a list, a dictionary, or a tensor.</summary>
    public object? Read()
    {
        _stack.Clear();
        _memo.Clear();
        while (true)
        {
            int code = Byte();
            switch (code)
            {
                case 0x80 when Byte() is var protocol and > HighestProtocol:
                    throw broken($"it is pickled by protocol {protocol}; torch.save writes protocol {HighestProtocol}");
                case 0x80:
                    break;
                case '.':
                    return Pop();
                case '(':
                    _stack.Push(Mark);
                    break;
                case 'N':
                    _stack.Push(null);
                    break;
                case 0x88 or 0x89:
                    _stack.Push(code == 0x88);
                    break;
                case 'K':
                    _stack.Push((long)Byte());
                    break;
                case 'M':
                    _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                    break;
                case 'J':
                    _stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                    break;
                case 0x8a:
                    _stack.Push(Long(Bytes(Byte())));
                    break;
                case 'G':
                    _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                    break;
                case 'X':
                    _stack.Push(Encoding.UTF8.GetString(Bytes(Length())));
                    break;
                case 'c':
                    _stack.Push(new PickledGlobal($"{Line()}.{Line()}"));
                    break;
                case 'q':
                    _memo[Byte()] = Peek();
                    break;
                case 'r':
                    _memo[Length()] = Peek();
                    break;
                case 'h':
                    _stack.Push(Remembered(Byte()));
                    break;
                case 'j':
                    _stack.Push(Remembered(Length()));
                    break;
                case ')':
                    _stack.Push(Array.Empty<object?>());
                    break;
                case 't':
                    _stack.Push(PopToMark());
                    break;
                case 0x85 or 0x86 or 0x87:
                    _stack.Push(Pop(code - 0x84));
                    break;
                case ']':
                    _stack.Push(new List<object?>());
                    break;
                case 'a':
                    Append([Pop()]);
                    break;
                case 'e':
                    Append(PopToMark());
                    break;
                case '}':
                    _stack.Push(new Dictionary<string, object?>(StringComparer.Ordinal));
                    break;
                case 's':
                    SetItems(Pop(2));
                    break;
                case 'u':
                    SetItems(PopToMark());
                    break;
                case 'Q':
                    _stack.Push(Storage(Pop()));
                    break;
                case 'R':
                    _stack.Push(Call(Pop(2)));
                    break;
                case 'b':
                    // What Python would set as attributes of a dictionary: versions of PyTorch's modules, of no use here.
                    Pop();
                    break;
                default:
                    throw broken($"it holds more than tensors by name (pickle opcode 0x{code:x2}), which is not read because it could run code; {Remedy}");
            }
        }
    }

    /// <summary>The few calls of a state dict.</summary>
    private object? Call(object?[] call)
    {
        string name = call[0] is PickledGlobal global ? global.Name : throw Odd();
        return (name, call[1]) switch
        {
            (OrderedDict, object?[] { Length: 0 }) => new Dictionary<string, object?>(StringComparer.Ordinal),
            (RebuildTensor, object?[] and [PickledStorage storage, long offset, object?[] shape, object?[] stride, ..]) =>
                new PickledTensor(storage, offset, Integers(shape), Integers(stride)),
            (RebuildParameter, object?[] and [PickledTensor tensor, ..]) => tensor,
            (OrderedDict or RebuildTensor or RebuildParameter, _) => throw Odd(),
            _ => throw broken($"it calls {name}, which weights do not need and which is not carried out; {Remedy}"),
        };
    }

    /// <summary>('storage', type, key, device, count), in older files with one more entry.</summary>
    private PickledStorage Storage(object? id)
    {
        if (id is not (object?[] and ["storage", PickledGlobal type, string key, string, long count, ..]))
            throw Odd();
        return StorageTypes.TryGetValue(type.Name, out ScalarType element)
            ? new PickledStorage(key, element, count)
            : throw broken($"it holds tensors of {type.Name}, which are not read");
    }

    private void Append(object?[] values)
    {
        if (Peek() is not List<object?> list)
            throw Odd();
        list.AddRange(values);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not Dictionary<string, object?> dictionary || items.Length % 2 != 0)
            throw Odd();
        for (int i = 0; i < items.Length; i += 2)
            dictionary[items[i] as string ?? throw Odd()] = items[i + 1];
    }

    private long[] Integers(object?[] values) => Array.ConvertAll(values, value => value is long number ? number : throw Odd());

    private object? Remembered(int index) => _memo.TryGetValue(index, out object? value) ? value : throw Odd();

    private object? Peek() => _stack.TryPeek(out object? value) && value != Mark ? value : throw Odd();

    private object? Pop() => _stack.TryPop(out object? value) && value != Mark ? value : throw Odd();

    private object?[] Pop(int count)
    {
        var values = new object?[count];
        while (count > 0)
            values[--count] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        var values = new List<object?>();
        while (_stack.TryPop(out object? value))
        {
            if (value == Mark)
            {
                values.Reverse();
                return [.. values];
            }
            values.Add(value);
        }
        throw Odd();
    }

    /// <summary>Two's complement, of which the lowest 64 bits are kept: enough to tell one of PyTorch's long numbers from another.</summary>
    private static long Long(byte[] bytes)
    {
        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    private int Length() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)) is var length and >= 0 ? length : throw Odd();

    private int Byte() => stream.ReadByte() is var value and >= 0 ? value : throw Truncated();

    private byte[] Bytes(int count)
    {
        if (count > LongestText)
            throw Odd();
        var bytes = new byte[count];
        return stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count ? bytes : throw Truncated();
    }

    private string Line()
    {
        var text = new StringBuilder();
        for (int value = Byte(); value != '\n'; value = Byte())
        {
            if (text.Append((char)value).Length > LongestText)
                throw Odd();
        }
        return text.ToString();
    }

    private ModelException Truncated() => broken("it is truncated: its pickle does not end");

    private ModelException Odd() => broken($"its pickle is damaged, or holds more than tensors by name; {Remedy}");
}
