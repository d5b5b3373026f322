using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Reads the weights that <c>torch.save(model.state_dict(), path)</c> writes: a zip with one pickle and the tensors' bytes, or, as
/// before PyTorch 1.6, several pickles with the bytes after them. No code of the file is run.
/// </summary>
/// <remarks>Layout: https://github.com/pytorch/pytorch/blob/main/torch/serialization.py.</remarks>
public static class PyTorchFile
{
    /// <summary>The lowest 64 bits of 0x1950a86a20f9469cfc6c, with which the older format begins.</summary>
    private const long LegacyMagic = unchecked((long)0xa86a20f9469cfc6c);

    private const int LegacyProtocol = 1001;

    /// <summary>Reads all tensors of a file, on the CPU. They belong to the open dispose scope, if there is one, as any new tensor.</summary>
    /// <exception cref="ModelException">The file is missing, truncated, or holds anything but tensors by name.</exception>
    /// <exception cref="MienException">libtorch is missing.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TorchRuntime.Load();
        try
        {
            using FileStream file = File.OpenRead(path);
            bool zip = file.ReadByte() == 'P' && file.ReadByte() == 'K';
            file.Position = 0;
            return zip ? ReadZip(file, Broken) : ReadLegacy(file, Broken);
        }
        catch (InvalidDataException error)
        {
            throw Broken($"its zip is damaged: {error.Message.TrimEnd('.')}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {error.Message}", error);
        }

        ModelException Broken(string fault) => new($"{path}: cannot be read: {fault}.");
    }

    private static Dictionary<string, Tensor> ReadZip(FileStream file, Func<string, ModelException> broken)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        ZipArchiveEntry pickle = zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw broken("it is a zip, but not one that torch.save wrote: it has no data.pkl");
        if (pickle.CompressedLength != pickle.Length)
            throw broken("it is a compressed zip, which torch.save does not write");
        string folder = pickle.FullName[..^"data.pkl".Length];
        if (zip.GetEntry(folder + "byteorder") is { } order)
        {
            using var reader = new StreamReader(order.Open());
            if (reader.ReadToEnd() != "little")
                throw broken("its numbers are big-endian, which is not read");
        }
        Dictionary<string, PickledTensor> tensors;
        using (var stream = new BufferedStream(pickle.Open()))
            tensors = Tensors(new Pickle(stream, broken).Read(), broken);

        var storages = new Dictionary<string, byte[]>();
        foreach (PickledStorage storage in tensors.Values.Select(tensor => tensor.Storage).DistinctBy(storage => storage.Key))
        {
            ZipArchiveEntry entry = zip.GetEntry($"{folder}data/{storage.Key}") ?? throw broken($"its part data/{storage.Key} is missing");
            long bytes = Bytes(storage, file.Length, broken);
            if (entry.Length != bytes)
                throw broken($"its part data/{storage.Key} has {entry.Length} bytes, its tensors need {bytes}");
            using Stream stream = entry.Open();
            storages[storage.Key] = ReadBytes(stream, bytes);
        }
        return Build(tensors, storages, broken);
    }

    private static Dictionary<string, Tensor> ReadLegacy(FileStream file, Func<string, ModelException> broken)
    {
        using var stream = new BufferedStream(file);
        var pickle = new Pickle(stream, fault => broken($"it is neither safetensors nor a state dict of PyTorch's, or {fault}"));
        if (pickle.Read() is not LegacyMagic)
            throw broken("it is neither safetensors nor a state dict of PyTorch's");
        if (pickle.Read() is not (long)LegacyProtocol)
            throw broken("it is of a version of PyTorch's format that is not known");
        if (pickle.Read() is Dictionary<string, object?> system && system.GetValueOrDefault("little_endian") is false)
            throw broken("its numbers are big-endian, which is not read");
        pickle = new Pickle(stream, broken);
        Dictionary<string, PickledTensor> tensors = Tensors(pickle.Read(), broken);
        Dictionary<string, PickledStorage> known = tensors.Values.Select(tensor => tensor.Storage).DistinctBy(storage => storage.Key).ToDictionary(storage => storage.Key);
        if (pickle.Read() is not List<object?> keys)
            throw broken("the list of its parts is missing");
        var storages = new Dictionary<string, byte[]>();
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (object? key in keys)
        {
            if (key is not string name || !known.TryGetValue(name, out PickledStorage? storage))
                throw broken("it has a part that no tensor names");
            stream.ReadExactly(count);
            if (BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Count)
                throw broken($"its part {name} has another size than its tensors say");
            storages[name] = ReadBytes(stream, Bytes(storage, file.Length, broken));
        }
        return Build(tensors, storages, broken);
    }

    private static Dictionary<string, PickledTensor> Tensors(object? pickled, Func<string, ModelException> broken)
    {
        if (pickled is not Dictionary<string, object?> state)
            throw broken("it holds no tensors by name");
        return state.FirstOrDefault(entry => entry.Value is not PickledTensor) is { Key: not null } other
            ? throw broken($"its '{other.Key}' is no tensor; {Pickle.Remedy}")
            : state.ToDictionary(entry => entry.Key, entry => (PickledTensor)entry.Value!, StringComparer.Ordinal);
    }

    private static Dictionary<string, Tensor> Build(Dictionary<string, PickledTensor> pickled, Dictionary<string, byte[]> storages, Func<string, ModelException> broken)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach ((string name, PickledTensor tensor) in pickled)
                tensors.Add(name, Build(name, tensor, storages, broken));
            return tensors;
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
    }

    private static Tensor Build(string name, PickledTensor pickled, Dictionary<string, byte[]> storages, Func<string, ModelException> broken)
    {
        (PickledStorage storage, long offset, long[] shape, long[] stride) = pickled;
        if (!storages.TryGetValue(storage.Key, out byte[]? source))
            throw broken($"the bytes of tensor '{name}' are missing");
        bool empty = shape.Contains(0);
        if (offset < 0 || shape.Length != stride.Length || shape.Any(length => length < 0) || stride.Any(step => step < 0))
            throw Impossible();
        BigInteger last = offset, count = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            last += new BigInteger(shape[i] - 1) * stride[i];
            count *= shape[i];
        }
        // Elements that stand for several places (an expanded tensor) occur in no weights, and would let a small file ask for much memory.
        if (!empty && (last >= storage.Count || count > storage.Count))
            throw Impossible();
        int size = storage.Type.ElementSize();
        var bytes = new byte[empty ? 0 : (int)count * size];
        var index = new long[shape.Length];
        for (int place = 0; place < bytes.Length; place += size)
        {
            long from = offset;
            for (int i = 0; i < shape.Length; i++)
                from += index[i] * stride[i];
            source.AsSpan((int)from * size, size).CopyTo(bytes.AsSpan(place));
            for (int i = shape.Length - 1; i >= 0 && ++index[i] == shape[i]; i--)
                index[i] = 0;
        }
        Tensor built = torch.empty(shape, storage.Type);
        built.bytes = bytes;
        return built;

        ModelException Impossible() => broken($"tensor '{name}' of shape [{string.Join(", ", shape)}] does not fit its {storage.Count} numbers");
    }

    /// <summary>How many bytes a part has; refuses more than the file can hold, or an array can.</summary>
    private static long Bytes(PickledStorage storage, long fileBytes, Func<string, ModelException> broken) =>
        storage.Count >= 0 && (Int128)storage.Count * storage.Type.ElementSize() is var bytes && bytes <= Math.Min(fileBytes, Array.MaxLength)
            ? (long)bytes
            : throw broken($"it is truncated: its part {storage.Key} would have {storage.Count} numbers");

    private static byte[] ReadBytes(Stream stream, long count)
    {
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
