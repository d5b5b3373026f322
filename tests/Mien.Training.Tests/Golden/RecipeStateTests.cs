using Mien.Tests;

namespace Mien.Training.Tests.Golden;

/// <summary>The names and shapes under which checkpoints hold each recipe's network: another name, and no checkpoint loads any more.</summary>
public sealed class RecipeStateTests
{
    private const int Emotions = 7, Face = 1;

    public RecipeStateTests() => Libtorch.Require();

    [Fact]
    public void Each_recipes_network_has_the_tensors_that_it_had() => GoldenFile.Check("recipe-states.txt", Recipe.Names.SelectMany(name =>
    {
        Recipe recipe = Recipe.Load(name);
        using Network network = recipe.CreateNetwork(recipe.Detection is null ? Emotions : Face);
        return Tensors(network).OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
            .Select(tensor => $"{name} {tensor.Name}: {tensor.Type} {string.Join(' ', tensor.Shape)}").ToList();
    }));

    /// <summary>What a checkpoint of a network holds.</summary>
    private static IEnumerable<(string Name, string Type, long[] Shape)> Tensors(Network network) =>
        network.state_dict().Select(entry => (entry.Key, $"{entry.Value.dtype}", entry.Value.shape));
}
