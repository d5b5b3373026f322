namespace Mien.Training;

/// <summary>The networks that recipes can name.</summary>
public static class NetworkCatalog
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [FaceDetectorNetwork.Name, FourLayerCnn.Name, MobileNetV2.Name, PlainCnn.Name, ResidualNetwork.Name];

    /// <summary>Builds a network with random weights, the same after the same <c>torch.manual_seed</c>, on the CPU.</summary>
    /// <param name="spec">Its name and options.</param>
    /// <param name="channels">Channels of the images: 1 for gray, 3 for colour.</param>
    /// <param name="size">Side of the square images in pixels.</param>
    /// <param name="classes">How many classes it tells apart; a face detector knows one, the face.</param>
    /// <param name="emotions">How many FER+ emotions it tells apart beside them.</param>
    /// <exception cref="MienException">There is no network of that name, an option is wrong, or the images are too small for it.</exception>
    public static Network Create(NetworkSpec spec, int channels, int size, int classes, int emotions = 0)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, spec.Name == FaceDetectorNetwork.Name ? 1 : 2);
        var input = new FeatureShape(channels, size, size);
        int outputs = classes + emotions;
        (Layer features, Layer classifier) = spec.Name switch
        {
            FaceDetectorNetwork.Name => FaceDetectorNetwork.Create(spec.Read(NetworkJson.Default.FaceDetectorOptions), input),
            FourLayerCnn.Name => FourLayer(),
            MobileNetV2.Name => MobileNetV2.Create(spec.Read(NetworkJson.Default.MobileNetOptions), input, outputs),
            PlainCnn.Name => PlainCnn.Create(spec.Read(NetworkJson.Default.PlainOptions), input, outputs),
            ResidualNetwork.Name => ResidualNetwork.Create(spec.Read(NetworkJson.Default.ResidualOptions), input, outputs),
            _ => throw new MienException($"There is no network \"{spec.Name}\". The networks are: {string.Join(", ", Names)}."),
        };
        return new Network(spec, input, classes, emotions, features, classifier);

        (Layer, Layer) FourLayer()
        {
            spec.Read(NetworkJson.Default.FourLayerOptions);
            return FourLayerCnn.Create(input, outputs);
        }
    }
}
