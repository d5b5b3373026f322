using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Networks;

[Collection(SeededTests.Name)]
public sealed class NetworkTests : IDisposable
{
    private readonly DisposeScope _scope;

    public NetworkTests()
    {
        Libtorch.Require();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("four-layer-cnn", 537_223, 27_502_336)]
    [InlineData("mobilenet-v2", 2_232_839, 16_575_360)]
    [InlineData("plain-cnn", 537_575, 27_502_336)]
    [InlineData("residual", 796_999, 28_434_896)]
    public void Networks_have_their_known_size(string name, long parameters, long multiplyAdds)
    {
        using Network network = Create(name);
        Assert.Equal(parameters, network.ParameterCount);
        Assert.Equal(multiplyAdds, network.MultiplyAdds);
    }

    [Theory]
    [InlineData("four-layer-cnn", 1, 48, 7)]
    [InlineData("four-layer-cnn", 3, 65, 8)]
    [InlineData("mobilenet-v2", 1, 32, 7)]
    [InlineData("mobilenet-v2", 3, 49, 2)]
    [InlineData("plain-cnn", 1, 48, 7)]
    [InlineData("plain-cnn", 3, 65, 8)]
    [InlineData("residual", 1, 48, 7)]
    [InlineData("residual", 3, 49, 2)]
    [InlineData("residual", 1, 1, 7)]
    public void Any_size_and_channels_that_fit_give_a_logit_for_each_class(string name, int channels, int size, int classes)
    {
        using Network network = NetworkCatalog.Create(new NetworkSpec { Name = name }, channels, size, classes);
        network.eval();
        Assert.Equal([3, classes], network.call(zeros([3, channels, size, size])).shape);
    }

    [Theory]
    [InlineData("four-layer-cnn")]
    [InlineData("mobilenet-v2")]
    [InlineData("plain-cnn")]
    [InlineData("residual")]
    public void Every_parameter_learns(string name)
    {
        manual_seed(1);
        using Network network = Create(name);
        nn.functional.cross_entropy(network.call(rand([4, 1, 48, 48])), tensor([0L, 1L, 2L, 6L])).backward();
        Assert.All(network.named_parameters(), parameter => Assert.True(Array.Exists(parameter.parameter.grad!.data<float>().ToArray(), value => value != 0), parameter.name));
    }

    [Theory]
    [InlineData("four-layer-cnn")]
    [InlineData("mobilenet-v2")]
    [InlineData("plain-cnn")]
    [InlineData("residual")]
    public void The_same_seed_gives_the_same_network(string name)
    {
        manual_seed(5);
        using Network first = Create(name);
        manual_seed(5);
        using Network second = Create(name);
        Assert.All(first.state_dict(), entry => Assert.Equal(entry.Value.data<float>().ToArray(), second.state_dict()[entry.Key].data<float>().ToArray()));
        using Network third = Create(name);
        string bias = first.named_parameters().Last().name;
        Assert.NotEqual(first.state_dict()[bias].data<float>().ToArray(), third.state_dict()[bias].data<float>().ToArray());
    }

    [Fact]
    public void Only_a_network_that_pools_globally_can_be_trained_on_smaller_images()
    {
        using Network residual = Create("residual");
        residual.CheckSize(40);
        Assert.Equal([2, 7], residual.call(zeros([2, 1, 40, 40])).shape);
        using Network fourLayer = Create("four-layer-cnn");
        Assert.Throws<MienException>(() => fourLayer.CheckSize(40));
    }

    [Fact]
    public void A_network_computes_in_the_type_of_its_input()
    {
        using Network network = NetworkCatalog.Create(NetworkSpec.Parse("""{"name":"residual","squeezeExcitation":4}"""), 1, 48, 7);
        network.eval();
        Tensor images = randn([3, 1, 48, 48]);
        Tensor narrow = network.call(images.to(ScalarType.BFloat16));
        Assert.Equal(ScalarType.BFloat16, narrow.dtype);
        float[] expected = network.call(images).data<float>().ToArray();
        // A bfloat16 has 8 bits of precision.
        Assert.Equal(expected, narrow.to(ScalarType.Float32).data<float>().ToArray(), (a, b) => MathF.Abs(a - b) < 0.03f * expected.Max(MathF.Abs));
    }

    [Theory]
    [InlineData(1, 48, 40)]
    [InlineData(1, 47, 47)]
    [InlineData(3, 48, 48)]
    public void A_batch_of_another_shape_is_refused_with_both_shapes(int channels, int height, int width)
    {
        using Network network = Create("residual");
        network.eval();
        var error = Assert.Throws<MienException>(() => network.call(zeros([2, channels, height, width])));
        Assert.Contains("batches of 1x48x48", error.Message, StringComparison.Ordinal);
        Assert.Contains($"[2, {channels}, {height}, {width}] Float32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_and_single_images_are_refused()
    {
        using Network network = Create("residual");
        Assert.Throws<MienException>(() => network.call(zeros([1, 1, 48, 48], ScalarType.Byte)));
        Assert.Throws<MienException>(() => network.call(zeros([1, 48, 48])));
    }

    [Fact]
    public void An_unknown_name_lists_the_networks()
    {
        var error = Assert.Throws<MienException>(() => Create("vgg"));
        Assert.Equal("There is no network \"vgg\". The networks are: face-detector, four-layer-cnn, mobilenet-v2, plain-cnn, residual.", error.Message);
    }

    [Theory]
    [InlineData("""{"name":"residual","width":[8]}""", "\"residual\"", "stem, widths, blocks, squeezeExcitation, dropout")]
    [InlineData("""{"name":"residual","widths":"wide"}""", "\"residual\"", "widths")]
    [InlineData("""{"name":"residual","widths":null}""", "\"residual\"", "widths")]
    [InlineData("""{"name":"residual","widths":[8,16]}""", "same length", "2 and 4")]
    [InlineData("""{"name":"residual","stem":0}""", "\"residual\"", "at least 1")]
    [InlineData("""{"name":"residual","dropout":1.5}""", "Dropout", "1.5")]
    [InlineData("""{"name":"four-layer-cnn","dropout":0.1}""", "\"four-layer-cnn\"", "none")]
    [InlineData("""{"name":"plain-cnn","widths":[8]}""", "same length", "1 and 4")]
    [InlineData("""{"name":"plain-cnn","dense":0}""", "\"plain-cnn\"", "at least 1")]
    [InlineData("""{"name":"mobilenet-v2","resolution":31}""", "\"mobilenet-v2\"", "at least 32 pixels, not 31")]
    public void A_wrong_option_is_named(string json, string first, string second)
    {
        var error = Assert.Throws<MienException>(() => NetworkCatalog.Create(NetworkSpec.Parse(json), 1, 48, 7));
        Assert.Contains(first, error.Message, StringComparison.Ordinal);
        Assert.Contains(second, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_are_too_small_are_refused()
    {
        var error = Assert.Throws<MienException>(() => NetworkCatalog.Create(new NetworkSpec { Name = "four-layer-cnn" }, 1, 15, 7));
        Assert.Contains("too small", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_change_the_network_and_survive_as_json()
    {
        NetworkSpec spec = NetworkSpec.Parse("""{ "name": "residual", "stem": 8, "widths": [8, 16], "blocks": [1, 2] }""");
        NetworkSpec copy = NetworkSpec.Parse(spec.ToJson());
        using Network network = NetworkCatalog.Create(copy, 1, 48, 7);
        Assert.Contains("stage2.1.conv2.norm.running_var", network.state_dict().Keys);
        Assert.DoesNotContain("stage3.0.conv1.conv.weight", network.state_dict().Keys);
        Assert.Equal("""{"name":"residual"}""", NetworkSpec.Parse("""{"name":"residual"}""").ToJson());
    }

    [Fact]
    public void A_checkpoint_is_taken_over_whole_or_refused()
    {
        using Network network = Create("residual");
        using Network other = Create("residual");
        network.LoadState(other.state_dict());
        Assert.All(network.state_dict(), entry => Assert.Equal(other.state_dict()[entry.Key].data<float>().ToArray(), entry.Value.data<float>().ToArray()));

        var state = new Dictionary<string, Tensor>(other.state_dict());
        state.Remove("stem.conv.weight");
        Assert.Contains("lacks stem.conv.weight", Assert.Throws<MienException>(() => network.LoadState(state)).Message, StringComparison.Ordinal);
        state["stem.conv.weight"] = zeros([16, 3, 3, 3]);
        Assert.Contains("[16, 3, 3, 3]", Assert.Throws<MienException>(() => network.LoadState(state)).Message, StringComparison.Ordinal);
        state["stem.conv.weight"] = other.state_dict()["stem.conv.weight"];
        state["extra"] = zeros([1]);
        Assert.Contains("has in addition extra", Assert.Throws<MienException>(() => network.LoadState(state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_features_stay_as_they_are_while_the_classifier_learns()
    {
        manual_seed(1);
        using Network network = Create("mobilenet-v2");
        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.data<float>().ToArray());
        using optim.Optimizer optimizer = optim.SGD(network.parameters(), 0.1, momentum: 0.9, weight_decay: 0.1);
        network.train();
        network.FreezeFeatures(true);
        Step();
        Assert.All(network.state_dict(), entry => Assert.Equal(!entry.Key.StartsWith("features.", StringComparison.Ordinal), !before[entry.Key].SequenceEqual(entry.Value.data<float>().ToArray())));
        network.train();
        network.FreezeFeatures(false);
        Step();
        Assert.All(network.state_dict(), entry => Assert.False(before[entry.Key].SequenceEqual(entry.Value.data<float>().ToArray()), entry.Key));

        void Step()
        {
            network.zero_grad();
            nn.functional.cross_entropy(network.call(rand([4, 1, 48, 48])), tensor([0L, 1L, 2L, 6L])).backward();
            optimizer.step();
        }
    }

    [Fact]
    public void Forward_leaves_only_its_output_and_keeps_its_input()
    {
        using Network network = Create("residual");
        network.eval();
        using (no_grad())
        {
            Tensor input = rand([2, 1, 48, 48]);
            float[] before = input.data<float>().ToArray();
            network.call(input).Dispose();
            // Tensors that other tests left to the garbage collector must not go while these are counted.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            network.call(input).Dispose();
            Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            Assert.Equal(before, input.data<float>().ToArray());
        }
    }

    private static Network Create(string name) => NetworkCatalog.Create(new NetworkSpec { Name = name }, 1, 48, 7);
}
