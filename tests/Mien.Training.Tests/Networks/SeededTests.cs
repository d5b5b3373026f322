namespace Mien.Training.Tests.Networks;

/// <summary>Tests that need libtorch's random numbers to themselves: the generator is one for the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SeededTests
{
    public const string Name = "seeded";
}
