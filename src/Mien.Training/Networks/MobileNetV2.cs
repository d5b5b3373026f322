namespace Mien.Training;

/// <summary>The options of <c>mobilenet-v2</c>.</summary>
internal sealed record MobileNetOptions
{
    /// <summary>Side in pixels to which images are brought first, at least 32; 0: as they come.</summary>
    public int Resolution { get; set; }

    /// <summary>Dropout before the classes.</summary>
    public double Dropout { get; set; } = 0.2;
}

/// <summary>
/// MobileNetV2 of width 1 (Sandler et al. 2018, arXiv 1801.04381), with torchvision's layout and names, so that its weights load:
/// https://github.com/pytorch/vision/blob/main/torchvision/models/mobilenetv2.py. It takes three colours; gray is tripled.
/// </summary>
internal static class MobileNetV2
{
    public const string Name = "mobilenet-v2";

    /// <summary>Five halvings; below this nothing but the border would be left.</summary>
    private const int LeastResolution = 32;

    private const int Stem = 32;
    private const int Last = 1280;

    /// <summary>Expansion, channels, blocks and first stride of each stage: table 2 of the paper.</summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    public static (Layer Features, Layer Classifier) Create(MobileNetOptions options, FeatureShape input, int classes)
    {
        int resolution = options.Resolution == 0 ? input.Width : options.Resolution;
        if (resolution < LeastResolution)
            throw new MienException($"Network \"{Name}\" needs images of at least {LeastResolution} pixels, not {resolution}: set its resolution, 96 for instance.");
        var layers = new List<Layer> { InvertedResidual.Activated(new ConvNorm(3, Stem, 3, stride: 2, convName: "0", normName: "1")) };
        int channels = Stem;
        foreach ((int expansion, int width, int blocks, int stride) in Stages)
        {
            for (int block = 0; block < blocks; block++)
            {
                layers.Add(new InvertedResidual(channels, width, block == 0 ? stride : 1, expansion));
                channels = width;
            }
        }
        layers.Add(InvertedResidual.Activated(new ConvNorm(channels, Last, 1, convName: "0", normName: "1")));
        return (
            new Sequential(("resize", new Resize(input, resolution)), ("features", new Sequential(layers)), ("pool", new GlobalAveragePool())),
            new Sequential(("classifier", new Sequential(new Dropout(options.Dropout), new Linear(Last, classes)))));
    }
}
