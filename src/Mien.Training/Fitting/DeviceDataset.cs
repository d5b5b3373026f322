using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A split on the training's device, as bytes.</summary>
internal sealed class DeviceDataset : IDisposable
{
    private readonly Tensor _pixels;
    private readonly Tensor _targets;
    private readonly Tensor? _distributions;
    private readonly Tensor? _votes;

    public DeviceDataset(FaceDataset data, InputRecipe input, Device device)
    {
        Check(data, input);
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels = tensor(data.Pixels, [data.Count, data.Size, data.Size, (int)data.Format], device: device);
        _pixels = pixels.permute(0, 3, 1, 2).contiguous().DetachFromDisposeScope();
        _targets = tensor(Array.ConvertAll(data.Targets, target => (long)target), device: device).DetachFromDisposeScope();
        _distributions = data.Distributions is null ? null : tensor(data.Distributions, [data.Count, data.Labels.Count], device: device).DetachFromDisposeScope();
        _votes = data.Votes is null ? null : tensor(data.Votes, [data.Count, Emotion.All.Count], device: device).DetachFromDisposeScope();
        (Count, Device) = (data.Count, device);
    }

    public int Count { get; }

    public Device Device { get; }

    /// <summary>Some images, 0 to 255, (N, C, size, size); their classes; what the loss aims at, the classes or their distributions; and the FER+ votes.</summary>
    public (Tensor Images, Tensor Targets, Tensor Goals, Tensor? Votes) Batch(ReadOnlySpan<int> indices)
    {
        var wide = new long[indices.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = indices[i];
        Tensor index = tensor(wide, device: Device);
        Tensor targets = _targets.index_select(0, index);
        return (_pixels.index_select(0, index).to(ScalarType.Float32), targets, _distributions?.index_select(0, index) ?? targets, _votes?.index_select(0, index));
    }

    public void Dispose()
    {
        _pixels.Dispose();
        _targets.Dispose();
        _distributions?.Dispose();
        _votes?.Dispose();
    }

    /// <summary>What tells a split from every other: its size and a hash of all that training sees of it.</summary>
    public static string Fingerprint(FaceDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (int value in (ReadOnlySpan<int>)[data.Size, (int)data.Format, data.Labels.Count])
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, value);
            hash.AppendData(number);
        }
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\0', data.Labels)));
        hash.AppendData(data.Pixels);
        hash.AppendData(MemoryMarshal.AsBytes(data.Targets.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(data.Distributions.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(data.Votes.AsSpan()));
        return string.Create(CultureInfo.InvariantCulture, $"{data.Count} images {Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}");
    }

    private static void Check(FaceDataset data, InputRecipe input)
    {
        if (data.Count == 0)
            throw new MienException($"The split \"{data.Name}\" holds no images.");
        if (data.Size != input.Size || (int)data.Format != input.Channels)
            throw new MienException($"The split \"{data.Name}\" is {data.Size}x{data.Size} with {(int)data.Format} channels; the recipe's input is {input.Size}x{input.Size} with {input.Channels}. Read the data with the recipe's own options.");
    }
}
