namespace Mien.Training;

/// <summary>The options of <c>plain-cnn</c>.</summary>
/// <remarks>Setters, because the generated JSON reader sets an init-only property that the text leaves out to zero or null.</remarks>
internal sealed record PlainOptions
{
    /// <summary>Channels of each stage; pooling halves the size at its end, so 48 becomes 24, 12, 6, 3.</summary>
    public int[] Widths { get; set; } = [32, 64, 128, 128];

    /// <summary>3x3 convolutions in each stage.</summary>
    public int[] Convolutions { get; set; } = [1, 1, 1, 1];

    /// <summary>Dropout after each pooling.</summary>
    public double PoolDropout { get; set; }

    /// <summary>Width of the dense layer before the classes.</summary>
    public int Dense { get; set; } = 256;

    /// <summary>Dropout after the dense layer.</summary>
    public double Dropout { get; set; } = 0.5;
}

/// <summary>
/// The network of most student projects: stages of convolution, batch norm and ReLU with max pooling after them, then a dense layer.
/// By default about 0.5 million parameters and 27.5 million multiply-adds at 48x48 gray.
/// </summary>
internal static class PlainCnn
{
    public const string Name = "plain-cnn";

    public static (Layer Features, Layer Classifier) Create(PlainOptions options, FeatureShape input, int classes)
    {
        Check(options);
        var stages = new List<(string, Layer)>();
        int channels = input.Channels;
        for (int stage = 0; stage < options.Widths.Length; stage++)
        {
            var layers = new List<(string, Layer)>();
            for (int conv = 1; conv <= options.Convolutions[stage]; conv++)
            {
                layers.Add(($"conv{conv}", new ConvNorm(channels, options.Widths[stage], 3)));
                layers.Add(($"relu{conv}", new Relu()));
                channels = options.Widths[stage];
            }
            stages.Add(($"stage{stage + 1}", new Sequential([.. layers, ("pool", new MaxPool2d(2)), ("dropout", new Dropout(options.PoolDropout))])));
        }
        stages.Add(("flatten", new Flatten()));
        var features = new Sequential(stages);
        long multiplyAdds = 0;
        int flat = features.Describe(input, ref multiplyAdds).Channels;
        return (features, new Sequential(
            ("dense", new Linear(flat, options.Dense)), ("relu", new Relu()), ("dropout", new Dropout(options.Dropout)),
            ("output", new Linear(options.Dense, classes))));
    }

    private static void Check(PlainOptions options)
    {
        if (options.Widths.Length == 0 || options.Widths.Length != options.Convolutions.Length)
            throw new MienException($"Network \"{Name}\": widths and convolutions must be of the same length, at least 1; they have {options.Widths.Length} and {options.Convolutions.Length} values.");
        if (options.Dense < 1 || options.Widths.Concat(options.Convolutions).Any(value => value < 1))
            throw new MienException($"Network \"{Name}\": widths, convolutions and dense must be at least 1.");
    }
}
