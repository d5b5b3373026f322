namespace Mien.Training;

/// <summary>The options of <c>residual</c>.</summary>
/// <remarks>Setters, because the generated JSON reader sets an init-only property that the text leaves out to zero or null.</remarks>
internal sealed record ResidualOptions
{
    /// <summary>Channels of the first convolution, which sees the full size.</summary>
    public int Stem { get; set; } = 16;

    /// <summary>Channels of each stage; each halves the size at its start, so 48 becomes 24, 12, 6, 3.</summary>
    public int[] Widths { get; set; } = [32, 48, 96, 176];

    /// <summary>Blocks in each stage.</summary>
    public int[] Blocks { get; set; } = [1, 1, 2, 1];

    /// <summary>The reduction of the squeeze-and-excitation in each block; 0: none.</summary>
    public int SqueezeExcitation { get; set; }

    /// <summary>Dropout before the classes.</summary>
    public double Dropout { get; set; } = 0.3;
}

/// <summary>A plain residual network, ResNet's basic blocks (arXiv 1512.03385) at a size for small gray faces and two CPU cores.</summary>
internal static class ResidualNetwork
{
    public const string Name = "residual";

    public static (Layer Features, Layer Classifier) Create(ResidualOptions options, FeatureShape input, int classes)
    {
        Check(options);
        var layers = new List<(string, Layer)> { ("stem", new ConvNorm(input.Channels, options.Stem, 3)), ("stem_relu", new Relu()) };
        int channels = options.Stem;
        for (int stage = 0; stage < options.Widths.Length; stage++)
        {
            int width = options.Widths[stage];
            var blocks = new List<Layer>();
            for (int block = 0; block < options.Blocks[stage]; block++)
            {
                blocks.Add(new ResidualBlock(channels, width, block == 0 ? 2 : 1, options.SqueezeExcitation));
                channels = width;
            }
            layers.Add(($"stage{stage + 1}", new Sequential(blocks)));
        }
        layers.Add(("pool", new GlobalAveragePool()));
        return (new Sequential(layers), new Sequential(("dropout", new Dropout(options.Dropout)), ("output", new Linear(channels, classes))));
    }

    private static void Check(ResidualOptions options)
    {
        if (options.Widths.Length == 0 || options.Widths.Length != options.Blocks.Length)
            throw new MienException($"Network \"{Name}\": widths and blocks must be of the same length, at least 1; they have {options.Widths.Length} and {options.Blocks.Length} values.");
        if (options.Stem < 1 || options.Widths.Concat(options.Blocks).Any(value => value < 1) || options.SqueezeExcitation < 0)
            throw new MienException($"Network \"{Name}\": stem, widths and blocks must be at least 1, squeezeExcitation at least 0.");
    }
}
