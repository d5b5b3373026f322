namespace Mien.Training;

/// <summary>The options of <c>four-layer-cnn</c>: none, because it is an anchor.</summary>
internal sealed record FourLayerOptions;

/// <summary>
/// The small network that tutorials on FER-2013 begin with: four times convolution, ReLU and pooling, then one dense layer;
/// no batch norm. About 0.5 million parameters and 27.5 million multiply-adds at 48x48 gray.
/// </summary>
internal static class FourLayerCnn
{
    public const string Name = "four-layer-cnn";

    public static (Layer Features, Layer Classifier) Create(FeatureShape input, int classes)
    {
        var features = new Sequential(
            ("conv1", new Conv2d(input.Channels, 32, 3, padding: 1)), ("relu1", new Relu()), ("pool1", new MaxPool2d(2)),
            ("conv2", new Conv2d(32, 64, 3, padding: 1)), ("relu2", new Relu()), ("pool2", new MaxPool2d(2)),
            ("conv3", new Conv2d(64, 128, 3, padding: 1)), ("relu3", new Relu()), ("pool3", new MaxPool2d(2)),
            ("conv4", new Conv2d(128, 128, 3, padding: 1)), ("relu4", new Relu()), ("pool4", new MaxPool2d(2)),
            ("dropout", new Dropout(0.25)), ("flatten", new Flatten()));
        long multiplyAdds = 0;
        int flat = features.Describe(input, ref multiplyAdds).Channels;
        var classifier = new Sequential(
            ("dense", new Linear(flat, 256)), ("relu", new Relu()), ("dropout", new Dropout(0.5)),
            ("output", new Linear(256, classes)));
        return (new Sequential(("features", features)), new Sequential(("classifier", classifier)));
    }
}
