using Mien.Tests;
using Mien.Training.Tests.Fitting;
using Mien.Training.Tests.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Networks;

[Collection(SeededTests.Name)]
public sealed class PretrainedWeightsTests : IDisposable
{
    /// <summary>torchvision's MobileNetV2, with statistics as after a training; its state dict, images and what it makes of them.</summary>
    private const string MobileNet =
        """
        from torch import nn
        def block(i, o, k=3, s=1, g=1):
            return nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, groups=g, bias=False), nn.BatchNorm2d(o), nn.ReLU6())
        class Inverted(nn.Module):
            def __init__(self, i, o, s, t):
                super().__init__()
                h = i * t
                self.adds = s == 1 and i == o
                self.conv = nn.Sequential(*([block(i, h, 1)] if t != 1 else []), block(h, h, 3, s, h), nn.Conv2d(h, o, 1, bias=False), nn.BatchNorm2d(o))
            def forward(self, x):
                return x + self.conv(x) if self.adds else self.conv(x)
        class MobileNetV2(nn.Module):
            def __init__(self):
                super().__init__()
                layers, c = [block(3, 32, s=2)], 32
                for t, w, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
                    for i in range(n):
                        layers.append(Inverted(c, w, s if i == 0 else 1, t))
                        c = w
                self.features = nn.Sequential(*layers, block(320, 1280, 1))
                self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 1000))
            def forward(self, x):
                return self.features(x).mean([2, 3])
        torch.manual_seed(3)
        net = MobileNetV2()
        for m in net.modules():
            if isinstance(m, nn.BatchNorm2d):
                m.weight.data.uniform_(0.6, 1.6); m.bias.data.normal_(0, 0.3); m.running_mean.normal_(0, 0.4); m.running_var.uniform_(0.3, 1.5)
        net.eval()
        x = torch.randn(2, 1, 48, 48)
        with torch.no_grad():
            y = net(nn.functional.interpolate(x, size=(80, 80), mode='bilinear').expand(-1, 3, -1, -1))
        torch.save(net.state_dict(), sys.argv[1], _use_new_zipfile_serialization=sys.argv[3] == 'True')
        torch.save({'x': x, 'y': y}, sys.argv[2])
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mien poids é ").FullName;
    private readonly DisposeScope _scope = null!;

    public PretrainedWeightsTests()
    {
        Libtorch.Require();
        _scope = NewDisposeScope();
        manual_seed(5);
    }

    public void Dispose()
    {
        _scope?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Torchvisions_weights_compute_as_in_python(bool zip)
    {
        string weights = In("weights.pth"), expected = In("expected.pth");
        Python.Run(MobileNet, weights, expected, $"{zip}");
        using Network network = MobileNetV2(80);
        IReadOnlyDictionary<string, Tensor> reference = PyTorchFile.Read(expected);
        PretrainedWeights.Load(network, weights, () => reference["x"]);

        network.eval();
        using IDisposable noGrad = no_grad();
        float[] features = network.Features.call(reference["x"]).data<float>().ToArray(), wanted = reference["y"].data<float>().ToArray();
        Assert.Equal(wanted, features, (a, b) => MathF.Abs(a - b) <= 1e-3f);
        Assert.True(wanted.Max() - wanted.Min() > 0.1);
    }

    [Fact]
    public void Batch_norm_that_was_folded_is_put_back_without_a_change_of_the_output()
    {
        string path = SharedData.Require("weights", "mobilenet_v2_imagenet_folded.safetensors");
        Tensor faces = Faces(48, 0), others = Faces(16, 48);
        using Network network = MobileNetV2(96);
        PretrainedWeights.Load(network, path, () => faces);
        using Network folded = MobileNetV2(96);
        LoadFolded(folded, path);
        CopyClassifier(network, folded);
        using IDisposable noGrad = no_grad();

        Assert.True(network.training);
        network.eval();
        folded.eval();
        float[] expected = folded.call(others).data<float>().ToArray();
        Assert.Equal(expected, network.call(others).data<float>().ToArray(), (a, b) => MathF.Abs(a - b) <= 2e-3f);
        Assert.True(expected.Max() - expected.Min() > 0.5, "the network says the same of all faces");

        // The statistics are those of the faces: by the batch's own ones the same faces give the same, but for dropout.
        float[] running = network.Features.call(faces).data<float>().ToArray();
        network.train();
        float[] batch = network.Features.call(faces).data<float>().ToArray();
        Assert.Equal(running, batch, (a, b) => MathF.Abs(a - b) <= 2e-2f);
    }

    [Fact]
    public void Weights_of_Miens_own_networks_are_taken_over_but_for_the_classifier()
    {
        using Network source = NetworkCatalog.Create(new NetworkSpec { Name = "residual" }, 1, 48, 7);
        Safetensors.Write(In("own.safetensors"), source.state_dict());
        using Network network = NetworkCatalog.Create(new NetworkSpec { Name = "residual" }, 1, 48, 3);
        PretrainedWeights.Load(network, In("own.safetensors"), () => zeros([1, 1, 48, 48]));
        Assert.All(network.Features.state_dict(), entry => Assert.Equal(source.state_dict()[entry.Key].data<float>().ToArray(), entry.Value.data<float>().ToArray()));
        Assert.Equal([3], network.Classifier.state_dict()["output.bias"].shape);
    }

    [Fact]
    public void A_classifier_is_taken_over_label_by_label()
    {
        string checkpoint = Trained();
        using Checkpoint trained = Checkpoint.Load(checkpoint);
        using Network source = trained.CreateNetwork();
        float[] known = source.Classifier.state_dict()["output.bias"].data<float>().ToArray();
        int inputs = (int)source.Classifier.state_dict()["output.weight"].shape[1];

        // Classes anger, fear and neutral, then the eight emotions: of a label that is known twice, FER+'s row counts here.
        using Network own = Toy(classes: 2);
        PretrainedWeights.LoadClassifier(own, ["contempt", "anger"], checkpoint);
        Assert.Equal([known[3 + Array.IndexOf([.. Emotion.All], "contempt")], known[3 + Array.IndexOf([.. Emotion.All], "anger")]], own.Classifier.state_dict()["output.bias"].data<float>().ToArray());
        Assert.Equal(source.Classifier.state_dict()["output.weight"].data<float>().ToArray().AsSpan((3 + Array.IndexOf([.. Emotion.All], "anger")) * inputs, inputs), own.Classifier.state_dict()["output.weight"].data<float>().ToArray().AsSpan(inputs));

        using Network both = NetworkCatalog.Create(source.Spec, 1, 16, 3, Emotion.All.Count);
        PretrainedWeights.LoadClassifier(both, ["neutral", "anger", "fear"], checkpoint);
        Assert.Equal([known[2], known[0], known[1], .. known[3..]], both.Classifier.state_dict()["output.bias"].data<float>().ToArray());

        string message = Assert.Throws<MienException>(() => PretrainedWeights.LoadClassifier(own, ["anger", "boredom"], checkpoint)).Message;
        Assert.Contains("does not know \"boredom\", only anger, fear, neutral, happiness", message, StringComparison.Ordinal);
        using Network wider = NetworkCatalog.Create(NetworkSpec.Parse("""{"name":"residual","stem":4,"widths":[6,10],"blocks":[1,1]}"""), 1, 16, 2);
        message = Assert.Throws<MienException>(() => PretrainedWeights.LoadClassifier(wider, ["anger", "fear"], checkpoint)).Message;
        Assert.Contains("does not fit the network \"residual\"", message, StringComparison.Ordinal);

        Network Toy(int classes) => NetworkCatalog.Create(source.Spec, 1, 16, classes);
    }

    [Fact]
    public void A_training_starts_from_the_classifier_where_the_recipe_says_so()
    {
        string checkpoint = Trained();
        FaceDataset other = ToyTraining.Data("validation", 60, 9);
        Assert.True(First(classifier: true) > 0.9, "a network that knows the task starts anew");
        Assert.True(First(classifier: false) < 0.7, "a new classifier cannot know the task");

        // After one epoch that moves nothing.
        double First(bool classifier)
        {
            Recipe recipe = ToyTraining.Recipe($$"""
                { "epochs": 1, "optimizer": { "name": "sgd", "learningRate": 1e-9 }, "pretrained": { "weights": "{{checkpoint.Replace("\\", "/", StringComparison.Ordinal)}}", "frozenEpochs": 1, "classifier": {{(classifier ? "true" : "false")}} } }
                """);
            using Trainer trainer = Trainer.Start(recipe, ToyTraining.Data("train", 32, 1), other, In($"from {classifier}"), new() { Threads = 1 });
            return trainer.Run(cancellation: TestContext.Current.CancellationToken).Best!.ValidationAccuracy;
        }
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_with_the_tensor()
    {
        using Network source = NetworkCatalog.Create(new NetworkSpec { Name = "residual" }, 1, 48, 7);
        using Network network = NetworkCatalog.Create(new NetworkSpec { Name = "residual" }, 1, 48, 7);
        var state = new Dictionary<string, Tensor>(source.state_dict());
        state["stem.conv.weight"] = zeros([16, 3, 3, 3]);
        Assert.Contains("stem.conv.weight is [16, 3, 3, 3], the network needs [16, 1, 3, 3]", Refused(), StringComparison.Ordinal);
        state.Remove("stem.conv.weight");
        Assert.Contains("lacks stem.conv.weight", Refused(), StringComparison.Ordinal);
        state["stem.conv.weight"] = source.state_dict()["stem.conv.weight"];
        state["stage9.weight"] = zeros([1]);
        Assert.Contains("has in addition stage9.weight", Refused(), StringComparison.Ordinal);
        Assert.Contains("--weights", Assert.Throws<MienException>(() => PretrainedWeights.Load(network, In("none.pth"), () => zeros([1, 1, 48, 48]))).Message, StringComparison.Ordinal);
        Assert.Contains(".onnx", Assert.Throws<MienException>(() => PretrainedWeights.Load(network, Put("x.onnx"), () => zeros([1, 1, 48, 48]))).Message, StringComparison.Ordinal);

        string Refused()
        {
            Safetensors.Write(In("wrong.safetensors"), state);
            return Assert.Throws<MienException>(() => PretrainedWeights.Load(network, In("wrong.safetensors"), () => zeros([1, 1, 48, 48]))).Message;
        }
    }

    /// <summary>A checkpoint of a network that knows anger, fear and neutral, and FER+'s eight.</summary>
    private string Trained()
    {
        Recipe recipe = ToyTraining.Recipe("""{ "data": { "labels": "original+ferplus" }, "epochs": 8 }""");
        using Trainer trainer = Trainer.Start(recipe, ToyTraining.Data("train", 200, 1, votes: true), ToyTraining.Data("validation", 41, 2, votes: true), In("trained"), new() { Threads = 1 });
        return trainer.Run(cancellation: TestContext.Current.CancellationToken).Folder.BestPath;
    }

    private string In(string name) => Path.Combine(_folder, name);

    private string Put(string name)
    {
        File.WriteAllText(In(name), "");
        return In(name);
    }

    private static Network MobileNetV2(int resolution) =>
        NetworkCatalog.Create(NetworkSpec.Parse($$"""{"name":"mobilenet-v2","resolution":{{resolution}}}"""), 1, 48, 7);

    /// <summary>The file as it is: batch norm that adds the folded bias to a convolution's output.</summary>
    private static void LoadFolded(Network network, string path)
    {
        using SafetensorsFile file = Safetensors.Read(path);
        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor tensor) in network.state_dict().Where(entry => entry.Key.StartsWith("features.", StringComparison.Ordinal)))
        {
            if (file.Tensors.TryGetValue(name, out Tensor? weight) && weight.dim() == 4)
                tensor.copy_(weight);
            else if (name.EndsWith(".weight", StringComparison.Ordinal))
                tensor.copy_(full([1], Math.Sqrt(1 + 1e-5)));
            else if (name.EndsWith(".bias", StringComparison.Ordinal))
                tensor.copy_(file.Tensors[BiasBefore(name)]);
        }
    }

    /// <summary>From features.3.conv.3.bias, batch norm's, to features.3.conv.2.bias, the convolution's.</summary>
    private static string BiasBefore(string name)
    {
        string[] parts = name.Split('.');
        parts[^2] = $"{int.Parse(parts[^2], System.Globalization.CultureInfo.InvariantCulture) - 1}";
        return string.Join('.', parts);
    }

    private static void CopyClassifier(Network from, Network to)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor tensor) in to.Classifier.state_dict())
            tensor.copy_(from.Classifier.state_dict()[name]);
    }

    private static Tensor Faces(int count, int skip)
    {
        using var reader = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(SharedData.Require("data", "fer2013", "fer2013.csv.gz")), System.IO.Compression.CompressionMode.Decompress));
        reader.ReadLine();
        var pixels = new List<float>();
        for (int row = 0; row < skip + count; row++)
        {
            string line = reader.ReadLine()!;
            if (row >= skip)
                pixels.AddRange(line.Split(',')[1].Split(' ').Select(text => (float.Parse(text, System.Globalization.CultureInfo.InvariantCulture) / 127.5f) - 1));
        }
        return tensor(pixels.ToArray(), [count, 1, 48, 48]);
    }
}
