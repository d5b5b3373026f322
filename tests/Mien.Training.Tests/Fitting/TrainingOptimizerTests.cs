using Mien.Training.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Fitting;

/// <summary>What TorchSharp's optimizers do not do: groups by a recipe, and a state by name that checkpoints hold.</summary>
[Collection(SeededTests.Name)]
public sealed class TrainingOptimizerTests : IDisposable
{
    private const string AdamW = """{"optimizer":{"name":"adamw","learningRate":0.01,"weightDecay":0.1}}""";

    private readonly DisposeScope _scope;

    public TrainingOptimizerTests()
    {
        Libtorch.Require();
        _scope = NewDisposeScope();
        manual_seed(4);
    }

    public void Dispose() => _scope?.Dispose();

    [Theory]
    [InlineData("{}")]
    [InlineData(AdamW)]
    public void Going_on_from_a_saved_state_equals_going_on(string changes)
    {
        Recipe recipe = ToyTraining.Recipe(changes);
        using Network network = recipe.CreateNetwork(3), copy = recipe.CreateNetwork(3);
        using var first = new TrainingOptimizer(recipe, network);
        using var second = new TrainingOptimizer(recipe, copy);
        Tensor images = randn([8, 1, 16, 16]);
        Step(network, first, images);
        Step(network, first, images);
        copy.LoadState(network.state_dict());
        second.Load(first.State().ToDictionary(entry => entry.Key, entry => entry.Value.clone()));
        Step(network, first, images);
        Step(copy, second, images);
        Assert.All(network.state_dict(), entry => Assert.Equal(entry.Value.data<float>().ToArray(), copy.state_dict()[entry.Key].data<float>().ToArray()));
    }

    [Fact]
    public void Only_weights_decay()
    {
        Recipe recipe = ToyTraining.Recipe("""{"optimizer":{"name":"sgd","learningRate":0.5,"momentum":0.9,"weightDecay":0.1}}""");
        using Network network = recipe.CreateNetwork(3);
        using var optimizer = new TrainingOptimizer(recipe, network);
        Dictionary<string, float[]> before = network.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter.data<float>().ToArray());
        // A loss without a slope: what changes, decay changes.
        Tensor loss = network.parameters().Select(parameter => parameter.sum()).Aggregate((sum, next) => sum + next) * 0;
        optimizer.Step(loss, 0.5);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
            Assert.Equal(before[name].Select(value => parameter.dim() > 1 ? value * 0.95f : value), parameter.data<float>().ToArray(), (a, b) => MathF.Abs(a - b) <= 1e-6f);
    }

    [Fact]
    public void Pretrained_features_learn_at_their_own_rate()
    {
        Recipe recipe = ToyTraining.Recipe("""{"optimizer":{"name":"sgd","learningRate":0.5,"weightDecay":0},"pretrained":{"weights":"x.safetensors","featureRate":0.25}}""");
        using Network network = recipe.CreateNetwork(3);
        using var optimizer = new TrainingOptimizer(recipe, network);
        float feature = First(network.Features), classifier = First(network.Classifier);
        optimizer.Step(network.parameters().Select(parameter => parameter.sum()).Aggregate((sum, next) => sum + next), 0.5);
        // The slope is 1 everywhere.
        Assert.Equal(0.5 * 0.25, feature - First(network.Features), 4);
        Assert.Equal(0.5, classifier - First(network.Classifier), 4);

        static float First(Layer layer) => layer.parameters().First().data<float>()[0];
    }

    [Fact]
    public void A_state_of_another_network_or_optimizer_is_refused()
    {
        Recipe adam = ToyTraining.Recipe(AdamW), sgd = ToyTraining.Recipe();
        using Network network = adam.CreateNetwork(3), other = ToyTraining.Recipe("""{"network":{"name":"residual","stem":5,"widths":[6],"blocks":[1]}}""").CreateNetwork(3);
        using var optimizer = new TrainingOptimizer(adam, network);
        using var wrong = new TrainingOptimizer(sgd, network);
        using var smaller = new TrainingOptimizer(adam, other);
        Assert.Contains("no '", Assert.Throws<MienException>(() => optimizer.Load(wrong.State())).Message, StringComparison.Ordinal);
        Assert.Contains("needed is [", Assert.Throws<MienException>(() => optimizer.Load(smaller.State())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        Recipe recipe = ToyTraining.Recipe(AdamW);
        using Network network = recipe.CreateNetwork(3);
        using var optimizer = new TrainingOptimizer(recipe, network);
        var parameters = network.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter);
        float[] before = parameters["output.weight"].data<float>().ToArray();
        optimizer.Step(parameters["stem.conv.weight"].sum(), 0.1);
        Assert.Equal(before, parameters["output.weight"].data<float>().ToArray());
    }

    private static void Step(Network network, TrainingOptimizer optimizer, Tensor images)
    {
        // The same values are dropped in each.
        manual_seed(5);
        optimizer.Step(network.call(images).square().mean(), 0.01);
    }
}
