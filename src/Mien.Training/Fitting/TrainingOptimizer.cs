using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Changes a network's parameters as a recipe says, and keeps what a later run needs to go on exactly.</summary>
/// <remarks>The state is named by the parameters' places in the groups: <c>0.momentum</c>; <c>0.mean</c>, <c>0.square</c> and the <c>steps</c> of each.</remarks>
internal sealed class TrainingOptimizer : IDisposable
{
    private const string Steps = "steps", Momentum = "momentum", Mean = "mean", Square = "square";

    private readonly OptimizerHelper _optimizer;
    private readonly double[] _rates;
    private readonly Parameter[] _parameters;

    /// <param name="recipe">The optimizer, and how fast pretrained features learn beside the classifier.</param>
    /// <param name="network">The network, on the device where it is trained.</param>
    public TrainingOptimizer(Recipe recipe, Network network)
    {
        (Parameter[] Parameters, double Rate, bool Decays)[] groups = recipe.Pretrained is { } pretrained
            ? [.. Groups(network.Features, pretrained.FeatureRate), .. Groups(network.Classifier, 1)]
            : Groups(network, 1);
        _optimizer = recipe.Optimizer switch
        {
            SgdRecipe sgd => optim.SGD(groups.Select(group => new SGD.ParamGroup(group.Parameters, sgd.LearningRate, sgd.Momentum,
                weight_decay: group.Decays ? sgd.WeightDecay : 0, nesterov: sgd.Nesterov)), sgd.LearningRate, sgd.Momentum),
            AdamWRecipe adam => optim.AdamW(groups.Select(group => new AdamW.ParamGroup(group.Parameters, adam.LearningRate, adam.Beta1, adam.Beta2,
                adam.Epsilon, group.Decays ? adam.WeightDecay : 0)), adam.LearningRate),
            _ => throw new NotSupportedException($"There is no optimizer for {recipe.Optimizer.GetType().Name}."),
        };
        _rates = [.. groups.Select(group => group.Rate)];
        _parameters = [.. _optimizer.parameters()];
    }

    /// <summary>Changes each parameter against the loss.</summary>
    /// <param name="loss">A single number.</param>
    /// <param name="learningRate">How far, before a group's own factor.</param>
    public void Step(Tensor loss, double learningRate)
    {
        foreach ((optim.ILearningRateController group, double rate) in _optimizer.ParamGroups.Zip(_rates))
            group.LearningRate = learningRate * rate;
        // None, not zeros: libtorch then hands over the new gradients instead of adding them up.
        foreach (Parameter parameter in _parameters)
            parameter.grad = null;
        loss.backward();
        _optimizer.step();
    }

    /// <summary>Returns everything that a later run needs: the tensors themselves, not copies, save what is not there yet.</summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>();
        var steps = new List<long>();
        foreach ((int i, OptimizerState parameter) in _optimizer.state_dict().State.Index())
        {
            if (parameter is SGD.State sgd)
            {
                state.Add($"{i}.{Momentum}", sgd.momentum_buffer ?? zeros_like(_parameters[i]));
            }
            else if (parameter is AdamW.State adam)
            {
                state.Add($"{i}.{Mean}", adam.exp_avg);
                state.Add($"{i}.{Square}", adam.exp_avg_sq);
                steps.Add(adam.step);
            }
        }
        if (steps.Count > 0)
            state.Add(Steps, tensor(steps.ToArray()));
        return state;
    }

    /// <summary>Copies a state that <see cref="State"/> of an optimizer over the same parameters gave.</summary>
    /// <exception cref="MienException">A tensor is missing or has another shape.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach ((int i, OptimizerState parameter) in _optimizer.state_dict().State.Index())
        {
            if (parameter is SGD.State sgd)
            {
                sgd.momentum_buffer?.Dispose();
                sgd.momentum_buffer = Copy($"{i}.{Momentum}", _parameters[i]);
            }
            else if (parameter is AdamW.State adam)
            {
                adam.step = Entry(Steps, [_parameters.Length])[i].item<long>();
                adam.exp_avg.copy_(Entry($"{i}.{Mean}", adam.exp_avg.shape));
                adam.exp_avg_sq.copy_(Entry($"{i}.{Square}", adam.exp_avg_sq.shape));
            }
        }

        Tensor Copy(string name, Parameter parameter) => Entry(name, parameter.shape).to(parameter.device, copy: true).DetachFromDisposeScope();

        Tensor Entry(string name, long[] shape)
        {
            if (!state.TryGetValue(name, out Tensor? tensor))
                throw new MienException($"The optimizer's state has no '{name}': it was saved for another optimizer or another network.");
            return tensor.shape.SequenceEqual(shape) ? tensor : throw new MienException(
                $"The optimizer's state '{name}' has shape [{string.Join(", ", tensor.shape)}], needed is [{string.Join(", ", shape)}]: it was saved for another network.");
        }
    }

    /// <summary>Frees the state.</summary>
    public void Dispose() => _optimizer.Dispose();

    /// <summary>Decay holds weights back; biases and the two vectors of a norm have one dimension and are left alone.</summary>
    private static (Parameter[] Parameters, double Rate, bool Decays)[] Groups(Layer part, double rate)
    {
        ILookup<bool, Parameter> parameters = part.parameters().ToLookup(parameter => parameter.dim() > 1);
        return [([.. parameters[true]], rate, true), ([.. parameters[false]], rate, false)];
    }
}
