using Mien.Detection;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>The options of <c>face-detector</c>.</summary>
internal sealed record FaceDetectorOptions
{
    /// <summary>Channels of the first convolution, at half the size.</summary>
    public int Stem { get; set; } = 16;

    /// <summary>Channels at a quarter, an eighth, a sixteenth and a thirty-second of the size.</summary>
    public int[] Widths { get; set; } = [24, 48, 64, 96];

    /// <summary>Separable blocks at each of these sizes.</summary>
    public int[] Blocks { get; set; } = [1, 2, 2, 2];

    /// <summary>Channels of what is known of each cell.</summary>
    public int Cell { get; set; } = 64;

    /// <summary>Separable blocks on each level of the pyramid.</summary>
    public int Depth { get; set; } = 2;
}

/// <summary>
/// A small face detector without anchors: each cell of three grids says whether a face has its middle there, its box and five landmarks
/// (as YuNet, Wu et al. 2023, https://doi.org/10.1007/s11633-023-1423-y). The first layers are full convolutions, which CPUs compute at
/// their peak; separable blocks follow where there are many channels.
/// </summary>
internal static class FaceDetectorNetwork
{
    public const string Name = "face-detector";

    /// <summary>The pixels that a cell of the coarsest grid stands for; the input's sides are multiples of it.</summary>
    public const int SideStep = 32;

    /// <summary>Coarse grids look further around: faces that fill the picture show there.</summary>
    private const int CoarseKernel = 5;

    /// <summary>The logit of all scores at the start.</summary>
    private const double FirstScore = -4;

    public static (Layer Features, Layer Classifier) Create(FaceDetectorOptions options, FeatureShape input)
    {
        if (options.Widths.Length != 4 || options.Blocks.Length != 4 || options.Widths.Append(options.Stem).Append(options.Cell).Any(width => width < 1) || options.Blocks.Append(options.Depth).Any(blocks => blocks < 0))
            throw new MienException($"Network \"{Name}\": widths and blocks have four values each, all widths are at least 1.");
        int[] widths = options.Widths, blocks = options.Blocks;
        Layer[] fine =
        [
            new ConvNorm(input.Channels, options.Stem, 3, stride: 2), new Relu(),
            new ConvNorm(options.Stem, widths[0], 3, stride: 2), new Relu(), .. Repeat(blocks[0], widths[0], 3),
            new ConvNorm(widths[0], widths[1], 3, stride: 2), new Relu(), .. Repeat(blocks[1], widths[1], 3),
        ];
        Layer middle = new Sequential([new SeparableBlock(widths[1], widths[2], 3, stride: 2), .. Repeat(blocks[2], widths[2], 3)]);
        Layer coarse = new Sequential([new SeparableBlock(widths[2], widths[3], CoarseKernel, stride: 2), .. Repeat(blocks[3], widths[3], CoarseKernel)]);
        var pyramid = new FeaturePyramid([(new Sequential(fine), widths[1]), (middle, widths[2]), (coarse, widths[3])], options.Cell, options.Depth);
        var output = new Conv2d(options.Cell, FaceCells.Values, 1);
        // Nearly all cells are background: to begin with that answer spares the other numbers the first, large steps (Lin et al. 2017, arXiv 1708.02002).
        using (no_grad())
        using (Tensor score = output.get_parameter("bias")!.narrow(0, 0, 1))
            score.fill_(FirstScore);
        // Nothing in it belongs to a task that another training would not share.
        return (new Sequential(("", pyramid), ("output", output)), new Sequential(Enumerable.Empty<Layer>()));
    }

    private static IEnumerable<Layer> Repeat(int count, int channels, int kernel) =>
        Enumerable.Range(0, count).Select(_ => new SeparableBlock(channels, channels, kernel));
}
