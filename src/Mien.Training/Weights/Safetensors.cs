using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>The tensors of a safetensors file and what it says of itself.</summary>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="Metadata">Free text by name.</param>
public sealed record SafetensorsFile(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
            tensor.Dispose();
    }
}

/// <summary>
/// Reads and writes safetensors files: 8 bytes with the header's length, little-endian; a JSON header that names each tensor's type,
/// shape and place; the tensors' bytes, row after row, without gaps. See https://github.com/huggingface/safetensors.
/// </summary>
public static class Safetensors
{
    private const string MetadataKey = "__metadata__";

    /// <summary>The format's own limit, against headers that exhaust memory.</summary>
    private const long LongestHeader = 100_000_000;

    private const int ChunkBytes = 1 << 24;

    private static readonly (string Name, ScalarType Type)[] Types =
    [
        ("F64", ScalarType.Float64), ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool),
    ];

    /// <summary>Reads all tensors of a file. They belong to the open dispose scope, if there is one, as any new tensor.</summary>
    /// <exception cref="ModelException">The file is missing, truncated or no safetensors file.</exception>
    /// <exception cref="MienException">libtorch is missing.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TorchRuntime.Load();
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads what a file says of itself and none of its tensors, which needs no libtorch.</summary>
    /// <exception cref="ModelException">The file is missing, truncated or no safetensors file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = File.OpenRead(path);
            return ReadHeader(file, path).Metadata;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// Writes tensors to a file. It is written beside and put in place when complete, so that a former file of that name is whole at any time.
    /// </summary>
    /// <exception cref="MienException">The file cannot be written, or the disk is full.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        string partial = path + ".partial";
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                Write(file, tensors, metadata);
                file.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(partial);
            throw new MienException(IsDiskFull(error)
                ? $"{path}: cannot be written: the disk is full. Free some space or choose another folder; the former file, if any, is unchanged."
                : $"{path}: cannot be written: {error.Message}", error);
        }
        catch
        {
            TryDelete(partial);
            throw;
        }
    }

    private static void Write(FileStream file, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        // Wide types first keeps every tensor aligned to its element size.
        (string Name, Tensor Tensor)[] entries =
            [.. tensors.Select(entry => (entry.Key, entry.Value)).OrderByDescending(entry => entry.Value.dtype.ElementSize()).ThenBy(entry => entry.Key, StringComparer.Ordinal)];
        file.Write(Header(entries, metadata));
        foreach ((_, Tensor tensor) in entries)
        {
            using DisposeScope scope = NewDisposeScope();
            ForEachChunk(tensor.detach().cpu().contiguous(), bytes => file.Write(bytes));
        }
    }

    private static byte[] Header((string Name, Tensor Tensor)[] entries, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(new byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach ((string name, Tensor tensor) in entries)
            {
                if (name == MetadataKey)
                    throw new ArgumentException($"No tensor may be named {MetadataKey}.", nameof(entries));
                ScalarType type = tensor.dtype;
                json.WriteStartObject(name);
                json.WriteString("dtype", Array.Find(Types, entry => entry.Type == type).Name);
                json.WriteStartArray("shape");
                foreach (long length in tensor.shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.numel() * type.ElementSize());
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.WrittenCount % sizeof(ulong) != 0)
            buffer.Write(" "u8);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(ulong));
        return header;
    }

    private static SafetensorsFile Read(FileStream file, string path)
    {
        (List<Entry> entries, Dictionary<string, string> metadata) = ReadHeader(file, path);
        var tensors = new Dictionary<string, Tensor>(entries.Count);
        try
        {
            foreach (Entry entry in entries)
                tensors.Add(entry.Name, ReadTensor(file, entry));
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
        return new(tensors, metadata);
    }

    /// <summary>The header, checked against the file's length; the tensors' bytes follow in the order of the entries.</summary>
    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ReadHeader(FileStream file, string path)
    {
        long fileBytes = file.Length;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
            throw Broken($"it has {fileBytes} bytes; a safetensors file starts with 8 bytes that tell its header's length");
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > LongestHeader)
            throw Broken($"it is no safetensors file: its header would have {headerBytes} bytes");
        if ((long)headerBytes > fileBytes - sizeof(ulong))
            throw Broken($"it is truncated: its header has {headerBytes} bytes, the file {fileBytes}");
        var header = new byte[headerBytes];
        file.ReadExactly(header);
        long dataBytes = fileBytes - sizeof(ulong) - header.Length;

        (List<Entry> entries, Dictionary<string, string> metadata) = ParseHeader(header, Broken);
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long position = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != position)
                throw Broken($"tensor '{entry.Name}' starts at byte {entry.Begin} of the data, not at {position} where the one before it ends");
            position = entry.End;
        }
        if (position > dataBytes)
            throw Broken($"it is truncated: its tensors have {position} bytes, the file holds {dataBytes} of them");
        if (position < dataBytes)
            throw Broken($"{dataBytes - position} bytes follow its last tensor");
        return (entries, metadata);

        ModelException Broken(string fault) => new($"{path}: cannot be read: {fault}.");
    }

    private static Tensor ReadTensor(FileStream file, Entry entry)
    {
        Tensor tensor = empty(entry.Shape, entry.Type);
        try
        {
            ForEachChunk(tensor, file.ReadExactly);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ParseHeader(byte[] header, Func<string, ModelException> broken)
    {
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>();
        try
        {
            using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    foreach (JsonProperty text in property.Value.EnumerateObject())
                        metadata.Add(text.Name, text.Value.GetString() ?? "");
                }
                else
                {
                    entries.Add(ParseEntry(property, broken));
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw broken($"its header is not valid: {error.Message.TrimEnd('.')}");
        }
        return (entries, metadata);
    }

    private static Entry ParseEntry(JsonProperty property, Func<string, ModelException> broken)
    {
        string name = property.Name;
        string dtype = property.Value.GetProperty("dtype").GetString() ?? "";
        int index = Array.FindIndex(Types, type => type.Name == dtype);
        if (index < 0)
            throw broken($"tensor '{name}' is of the unknown type {dtype}");
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
        long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
            throw broken($"tensor '{name}' has the impossible offsets [{string.Join(", ", offsets)}]");
        if (Array.Exists(shape, length => length < 0))
            throw broken($"tensor '{name}' has the impossible shape [{string.Join(", ", shape)}]");
        long bytes = shape.Aggregate((long)Types[index].Type.ElementSize(), (product, length) => checked(product * length));
        if (bytes != offsets[1] - offsets[0])
            throw broken($"tensor '{name}' of shape [{string.Join(", ", shape)}] and type {dtype} needs {bytes} bytes, its offsets give {offsets[1] - offsets[0]}");
        return new(name, Types[index].Type, shape, offsets[0], offsets[1]);
    }

    private delegate void Chunk(Span<byte> bytes);

    /// <summary>Hands over the memory of a contiguous tensor on the CPU, piece by piece, because a span cannot hold more than 2 GiB.</summary>
    private static void ForEachChunk(Tensor tensor, Chunk action)
    {
        using Tensor flat = tensor.view(-1);
        long step = ChunkBytes / flat.dtype.ElementSize();
        for (long done = 0; done < flat.numel(); done += step)
        {
            using Tensor chunk = flat.narrow(0, done, Math.Min(step, flat.numel() - done));
            action(chunk.bytes);
        }
        GC.KeepAlive(tensor);
    }

    private static bool IsDiskFull(Exception error) =>
        error is IOException && (OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 0x27 or 0x70 : error.HResult == 28);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What could not be written may not be deletable either; the first error is the one to tell.
        }
    }

    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
}
