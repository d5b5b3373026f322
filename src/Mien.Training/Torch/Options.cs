namespace Mien.Training.Torch;

/// <summary>How a batch of images lies in memory; the numbers are libtorch's.</summary>
public enum MemoryFormat
{
    /// <summary>Channel after channel (NCHW).</summary>
    Contiguous = 0,

    /// <summary>Pixel after pixel (NHWC), which convolutions on the CPU and on recent GPUs prefer.</summary>
    ChannelsLast = 2,
}

/// <summary>How values between pixels are found; the numbers are those of libtorch's grid sampler.</summary>
public enum Interpolation
{
    /// <summary>From the four pixels around.</summary>
    Bilinear = 0,

    /// <summary>The nearest pixel.</summary>
    Nearest = 1,

    /// <summary>From the sixteen pixels around.</summary>
    Bicubic = 2,
}

/// <summary>What a grid sampler sees outside the image; the numbers are libtorch's.</summary>
public enum GridPadding
{
    /// <summary>Zero.</summary>
    Zeros = 0,

    /// <summary>The nearest border pixel.</summary>
    Border = 1,

    /// <summary>The image mirrored at its border.</summary>
    Reflection = 2,
}

/// <summary>What becomes of the losses of a batch's samples; the numbers are libtorch's.</summary>
public enum Reduction
{
    /// <summary>Each sample's loss.</summary>
    None = 0,

    /// <summary>Their mean.</summary>
    Mean = 1,

    /// <summary>Their sum.</summary>
    Sum = 2,
}
