namespace Mien.Training;

/// <summary>The options of <c>four-layer-cnn</c>: none, because it is an anchor.</summary>
internal sealed record FourLayerOptions;

/// <summary>
/// The four-layer network that most tutorials on FER-2013 train (https://github.com/atulapra/Emotion-detection):
/// 2,345,607 parameters at 48x48 gray and seven classes, nine tenths of them in one dense layer.
/// </summary>
internal static class FourLayerCnn
{
    public const string Name = "four-layer-cnn";

    public static Module Create(FeatureShape input, int classes)
    {
        var features = new Sequential(
            ("conv1", new Conv2d(input.Channels, 32, 3)), ("relu1", new Relu()),
            ("conv2", new Conv2d(32, 64, 3)), ("relu2", new Relu()),
            ("pool1", new MaxPool2d(2)), ("dropout1", new Dropout(0.25)),
            ("conv3", new Conv2d(64, 128, 3)), ("relu3", new Relu()), ("pool2", new MaxPool2d(2)),
            ("conv4", new Conv2d(128, 128, 3)), ("relu4", new Relu()), ("pool3", new MaxPool2d(2)),
            ("dropout2", new Dropout(0.25)), ("flatten", new Flatten()));
        long multiplyAdds = 0;
        int flat = features.Describe(input, ref multiplyAdds).Channels;
        var classifier = new Sequential(
            ("dense", new Linear(flat, 1024)), ("relu", new Relu()), ("dropout", new Dropout(0.5)),
            ("output", new Linear(1024, classes)));
        return new Sequential(("features", features), ("classifier", classifier));
    }
}
