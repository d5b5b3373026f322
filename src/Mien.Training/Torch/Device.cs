using System.Globalization;

namespace Mien.Training.Torch;

/// <summary>The kinds of device; the numbers are libtorch's.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    Cpu = 0,

    /// <summary>An NVIDIA GPU (or an AMD one, under ROCm's build of libtorch).</summary>
    Cuda = 1,
}

/// <summary>Where a tensor lives and is computed. The default value is the CPU.</summary>
/// <param name="Type">The kind of device.</param>
/// <param name="Index">Which one of its kind, from 0.</param>
public readonly record struct Device(DeviceType Type, int Index = 0)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => default;

    /// <summary>The GPU with the given number, from 0.</summary>
    public static Device Cuda(int index = 0) => new(DeviceType.Cuda, index);

    /// <summary>Whether this is a GPU.</summary>
    public bool IsCuda => Type == DeviceType.Cuda;

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="MienException">It is none of these.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim().ToLowerInvariant();
        if (name == "cpu")
            return Cpu;
        if (name == "cuda")
            return Cuda();
        if (name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return Cuda(index);
        }
        throw new MienException($"'{text}' is no device; use cpu, cuda or cuda:1.");
    }

    /// <inheritdoc/>
    public override string ToString() => IsCuda ? string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}") : "cpu";
}
