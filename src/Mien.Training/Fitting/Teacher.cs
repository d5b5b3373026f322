using System.Globalization;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A trained network, or several as one, whose answers a student learns.</summary>
/// <remarks>Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network", https://arxiv.org/abs/1503.02531.</remarks>
internal sealed class Teacher : IDisposable
{
    private readonly Network _network;
    private readonly double _temperature;
    private readonly double _votes;

    private Teacher(Network network, double temperature, double votes) => (_network, _temperature, _votes) = (network, temperature, votes);

    /// <summary>A hash of all weights, so that a resume with another teacher is noticed.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor tensor in _network.state_dict().Values)
        {
            using Tensor local = tensor.cpu();
            hash.AppendData(local.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>Loads the teacher that a recipe names.</summary>
    /// <param name="student">The recipe.</param>
    /// <param name="labels">The student's classes, in order.</param>
    /// <param name="folder">Where the student is kept.</param>
    /// <param name="device">Where the student is.</param>
    /// <exception cref="MienException">A file is missing, no checkpoint or the student's own, or its network sees or tells apart something else than the student.</exception>
    public static Teacher Load(Recipe student, IReadOnlyList<string> labels, RunFolder folder, Device device)
    {
        var members = new List<Network>();
        try
        {
            foreach (string name in student.Distillation!.Teacher)
                members.Add(LoadMember(PathOf(name), student, labels, folder, device));
            Network network = Ensemble.Join(members, mirror: false);
            network.TakesAnySize = true;
            network.eval();
            return new Teacher(network, student.Distillation.Temperature, student.Loss.Votes);
        }
        catch
        {
            members.ForEach(member => member.Dispose());
            throw;
        }
    }

    /// <summary>How far a student's answers are from the teacher's, over the classes and, where both are learnt, over the FER+ emotions.</summary>
    /// <param name="input">What the student saw, in the type to compute in.</param>
    /// <param name="outputs">The student's logits for it, (N, classes + emotions).</param>
    public Tensor Loss(Tensor input, Tensor outputs)
    {
        Tensor answers = Answer(input);
        Tensor loss = Divergence(Classes(outputs), Classes(answers), _temperature);
        return _network.Emotions == 0 ? loss : loss + (Divergence(Emotions(outputs), Emotions(answers), _temperature) * _votes);

        Tensor Classes(Tensor logits) => logits.narrow(1, 0, _network.Classes);
        Tensor Emotions(Tensor logits) => logits.narrow(1, _network.Classes, _network.Emotions);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    /// <summary>
    /// The Kullback-Leibler divergence of softened answers, a mean over rows, times the square of the temperature: so the
    /// gradient stays as large beside that of the labels whatever the temperature.
    /// </summary>
    internal static Tensor Divergence(Tensor student, Tensor teacher, double temperature)
    {
        Tensor softened = teacher / temperature;
        Tensor goals = softened.softmax(1);
        return (nn.functional.cross_entropy(student / temperature, goals) - nn.functional.cross_entropy(softened, goals)) * (temperature * temperature);
    }

    private Tensor Answer(Tensor input)
    {
        using IDisposable noGrad = no_grad();
        return _network.call(input).to(ScalarType.Float32);
    }

    /// <summary>The checkpoint that a recipe in the box leaves in its usual run folder, or the file itself.</summary>
    private static string PathOf(string name) => Path.GetFullPath(Recipe.Names.Contains(name) ? new RunFolder(Path.Combine("runs", name)).BestPath : name);

    private static Network LoadMember(string path, Recipe student, IReadOnlyList<string> labels, RunFolder folder, Device device)
    {
        if (!File.Exists(path))
            throw new MienException($"{path}: there is no such file, and {student.Name} learns from the network in it. Train the teacher first or put its checkpoint there; a new training can name another with --teacher, or in the recipe.");
        if (path == folder.BestPath || path == folder.LastPath)
            throw new MienException($"{path} cannot teach {student.Name}: the training would overwrite it. Keep the training in another folder.");
        using Checkpoint checkpoint = Checkpoint.Load(path);
        Same("labels are", Describe(checkpoint.Labels, checkpoint.Recipe), Describe(labels, student));
        Same("images are", Describe(checkpoint.Recipe.Input), Describe(student.Input));
        Network network = checkpoint.CreateNetwork(device);
        try
        {
            if (student.Augmentation.Crop > 0)
                network.CheckSize(student.Augmentation.Crop);
            network.TakesAnySize = true;
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }

        void Same(string what, string teachers, string students)
        {
            if (teachers != students)
                throw new MienException($"{path} cannot teach {student.Name}: its {what} {teachers}; the student's {what} {students}. Take a teacher that was trained with the same ones.");
        }
    }

    private static string Describe(IReadOnlyList<string> labels, Recipe recipe) =>
        string.Join(", ", labels) + (recipe.Data.Labels == LabelSet.OriginalAndFerPlus ? " and the eight of FER+" : "");

    private static string Describe(InputRecipe input) => string.Create(CultureInfo.InvariantCulture,
        $"{input.Size}x{input.Size} with channels {input.Channels}, mean {Numbers(input.Mean)}, deviation {Numbers(input.Deviation)}");

    private static string Numbers(IReadOnlyList<float> values) => string.Join(" ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
