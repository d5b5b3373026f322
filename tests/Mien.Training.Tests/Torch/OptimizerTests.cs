using Mien.Training.Torch;
using static Mien.Training.Tests.Torch.Numbers;

namespace Mien.Training.Tests.Torch;

/// <summary>Optimizers give PyTorch's numbers.</summary>
public sealed class OptimizerTests : IDisposable
{
    private readonly TensorScope _scope;
    private readonly Tensor[] _parameters = [];

    public OptimizerTests()
    {
        Libtorch.Require();
        _scope = new TensorScope();
        _parameters = Parameters();
    }

    public void Dispose() => _scope?.Dispose();

    [Fact]
    public void AdamW_over_three_steps()
    {
        using var optimizer = new AdamW(_parameters, 0.1, 0.8, 0.99, weightDecay: 0.05);
        Run(optimizer, 0, 3);
        AssertClose(References.AdamW, Values(_parameters));
    }

    [Fact]
    public void AdamW_with_a_weight_decay_of_its_own_for_a_group()
    {
        using var optimizer = new AdamW([new ParameterGroup([_parameters[0]]), new ParameterGroup([_parameters[1]]) { WeightDecay = 0 }], 0.1, weightDecay: 0.3);
        Run(optimizer, 0, 3);
        AssertClose(References.AdamWGroups, Values(_parameters));
    }

    [Fact]
    public void Sgd_without_momentum()
    {
        using var optimizer = new Sgd(_parameters, 0.1, weightDecay: 0.05);
        Run(optimizer, 0, 3);
        AssertClose(References.Sgd, Values(_parameters));
    }

    [Fact]
    public void Sgd_with_momentum()
    {
        using var optimizer = new Sgd(_parameters, 0.1, momentum: 0.9, weightDecay: 0.05);
        Run(optimizer, 0, 3);
        AssertClose(References.SgdMomentum, Values(_parameters));
    }

    [Fact]
    public void Sgd_in_Nesterovs_way()
    {
        using var optimizer = new Sgd(_parameters, 0.1, momentum: 0.9, weightDecay: 0.05, nesterov: true);
        Run(optimizer, 0, 3);
        AssertClose(References.SgdNesterov, Values(_parameters));
    }

    [Fact]
    public void A_groups_factor_scales_its_learning_rate()
    {
        using var whole = new Sgd(_parameters, 0.1);
        Run(whole, 0, 1);
        Tensor[] others = Parameters();
        using var halved = new Sgd([new ParameterGroup(others) { LearningRateFactor = 0.5 }], 0.1);
        Run(halved, 0, 1);
        using Autograd.Mode _ = Autograd.NoGrad();
        Tensor start = Values(Parameters());
        AssertClose(((Values(_parameters) - start) * 0.5).ToArray<float>(), Values(others) - start);
    }

    [Fact]
    public void Going_on_from_a_saved_state_equals_going_on()
    {
        using var first = new AdamW(_parameters, weightDecay: 0.05);
        Run(first, 0, 2);
        Dictionary<string, Tensor> state = first.State().ToDictionary(entry => entry.Key, entry => entry.Value.Clone());
        Tensor[] copies = [.. _parameters.Select(parameter => parameter.Detach().Clone().WithGrad())];
        Run(first, 2, 5);

        using var second = new AdamW(copies, weightDecay: 0.05);
        second.Load(state);
        Run(second, 2, 5);
        Assert.Equal(Values(_parameters).ToArray<float>(), Values(copies).ToArray<float>());
    }

    [Fact]
    public void A_state_of_another_network_or_optimizer_is_refused()
    {
        using var optimizer = new AdamW(_parameters);
        using var other = new AdamW([_parameters[1], _parameters[0]]);
        using var sgd = new Sgd(_parameters, 0.1, momentum: 0.9);
        Assert.Contains("'0.mean' has shape [4], needed is [2, 3]", Assert.Throws<MienException>(() => optimizer.Load(other.State())).Message, StringComparison.Ordinal);
        Assert.Contains("no '0.mean'", Assert.Throws<MienException>(() => optimizer.Load(sgd.State())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var optimizer = new AdamW(_parameters, weightDecay: 0.5);
        float[] before = _parameters[1].ToArray<float>();
        _parameters[0].Sum().Backward();
        optimizer.Step();
        Assert.Equal(before, _parameters[1].ToArray<float>());
        Assert.NotEqual(Wave(0, 2, 3).ToArray<float>(), _parameters[0].ToArray<float>());
        optimizer.ZeroGrad();
        Assert.Null(_parameters[0].Grad);
    }

    [Fact]
    public void The_state_outlives_the_scope_in_which_the_optimizer_was_made()
    {
        AdamW optimizer;
        using (new TensorScope())
            optimizer = new AdamW(_parameters);
        using (optimizer)
            Run(optimizer, 0, 2);
    }

    private static Tensor[] Parameters() => [Wave(0, 2, 3).WithGrad(), Wave(9, 4).WithGrad()];

    private static Tensor Values(Tensor[] parameters) => Tensor.Cat([.. parameters.Select(parameter => parameter.Detach().Flatten())]);

    /// <summary>The steps of references.py.</summary>
    private static void Run(Optimizer optimizer, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            using var scope = new TensorScope();
            optimizer.LearningRate = 0.1 / (step + 1);
            optimizer.ZeroGrad();
            foreach (Tensor parameter in optimizer.Parameters)
            {
                Tensor distance = parameter - 0.5;
                float[] weights = Array.ConvertAll(Wave(step, parameter.Shape).ToArray<float>(), MathF.Abs);
                (distance * distance * Tensor.From(weights, parameter.Shape)).Sum().Backward();
            }
            optimizer.Step();
        }
    }
}
