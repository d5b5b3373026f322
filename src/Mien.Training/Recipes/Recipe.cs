using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;

namespace Mien.Training;

/// <summary>Everything that decides how a model is trained, but for the data's place: a small JSON file.</summary>
/// <remarks>
/// Optional properties have setters, not initialisers, because the generated JSON reader would otherwise set those that a
/// file leaves out to null or zero instead of leaving them at their defaults.
/// </remarks>
public sealed record Recipe
{
    private const string ResourcePrefix = "recipes/";

    /// <summary>The recipe's name, which its run folder takes too.</summary>
    public required string Name { get; init; }

    /// <summary>What it trains and what to expect of it.</summary>
    public string Description { get; set; } = "";

    /// <summary>Which labels and splits it trains on.</summary>
    public DataRecipe Data { get; set; } = new();

    /// <summary>What the network sees.</summary>
    public InputRecipe Input { get; set; } = new();

    /// <summary>The network and its options.</summary>
    public required NetworkSpec Network { get; init; }

    /// <summary>Weights to start from; null: random ones.</summary>
    public PretrainedRecipe? Pretrained { get; set; }

    /// <summary>How training images are varied.</summary>
    public AugmentationRecipe Augmentation { get; set; } = new();

    /// <summary>The photos of a face detector, and how they are varied; null: the recipe trains a classifier of face crops.</summary>
    public DetectionRecipe? Detection { get; set; }

    /// <summary>What is minimised.</summary>
    public LossRecipe Loss { get; set; } = new();

    /// <summary>A trained network whose answers are learnt beside the labels; null: the labels alone.</summary>
    public DistillationRecipe? Distillation { get; set; }

    /// <summary>How parameters are updated.</summary>
    public required OptimizerRecipe Optimizer { get; init; }

    /// <summary>How the learning rate changes.</summary>
    public ScheduleRecipe Schedule { get; set; } = new CosineRecipe();

    /// <summary>How often the training goes through its data.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images in one step.</summary>
    public int BatchSize { get; set; } = 128;

    /// <summary>What activations are computed in; weights, norms, loss and validation stay 32 bits wide.</summary>
    public Precision Precision { get; set; }

    /// <summary>Decides every random choice.</summary>
    public long Seed { get; set; } = 1;

    /// <summary>Which epoch's network is the result.</summary>
    public KeptEpoch Keep { get; set; }

    /// <summary>When to stop before the last epoch; null: never.</summary>
    public EarlyStoppingRecipe? EarlyStopping { get; set; }

    /// <summary>Validates and keeps an average of the weights instead of the last ones; null: no.</summary>
    public AveragingRecipe? Averaging { get; set; }

    /// <summary>The names of the recipes in the box.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(Recipe).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name[ResourcePrefix.Length..]))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a recipe from the box by its name, or from a file.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or the path of a JSON file.</param>
    /// <exception cref="MienException">There is no such recipe, or it is not valid; the message names file, property and what is allowed.</exception>
    public static Recipe Load(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrPath);
        using (Stream? stream = typeof(Recipe).Assembly.GetManifestResourceStream($"{ResourcePrefix}{nameOrPath}.json"))
        {
            if (stream is not null)
            {
                using var reader = new StreamReader(stream);
                return Parse(reader.ReadToEnd(), $"recipe {nameOrPath}");
            }
        }
        if (!File.Exists(nameOrPath))
            throw new MienException($"There is no recipe \"{nameOrPath}\", neither in the box nor as a file. In the box: {string.Join(", ", Names)}.");
        try
        {
            return Parse(File.ReadAllText(nameOrPath), nameOrPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{nameOrPath}: the recipe cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a recipe from JSON.</summary>
    /// <param name="json">The text; comments are allowed.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="MienException">It is not valid; the message names source, property and what is allowed.</exception>
    public static Recipe Parse(string json, string source)
    {
        Recipe recipe = StrictJson.Parse(json, source, RecipeJson.Default.Recipe);
        recipe.Validate(source);
        return recipe;
    }

    /// <summary>How the data is read for this recipe.</summary>
    /// <param name="votesPath">The FER+ votes; by default <c>fer2013new.csv</c> beside the CSV.</param>
    public DataOptions ToDataOptions(string? votesPath = null) => new()
    {
        Size = Input.Size,
        Format = Input.Channels == 1 ? PixelFormat.Gray8 : PixelFormat.Rgb24,
        Labels = Data.Labels,
        VotesPath = votesPath,
    };

    /// <summary>The splits of a data set to train and to validate on, random ones of the seed where the set has none and <see cref="DataRecipe.HoldOut"/> says so.</summary>
    /// <remarks>Images of <see cref="DataRecipe.WithoutDuplicatesOf"/> are not among those to train on.</remarks>
    /// <exception cref="MienException">The data set does not have the recipe's splits.</exception>
    public (FaceDataset Train, FaceDataset Validation) Split(FaceDatasets data)
    {
        ArgumentNullException.ThrowIfNull(data);
        (FaceDataset train, FaceDataset validation) = data.Splits is [{ Name: SplitName.All } all] && Data.HoldOut is { } share
            ? all.SplitRandom(1 - share, unchecked((int)Seed))
            : (data[Data.Train], data[Data.Validation]);
        if (Data.WithoutDuplicatesOf.Count == 0)
            return (train, validation);
        var duplicates = NearDuplicates.Find(train, [.. Data.WithoutDuplicatesOf.Select(split => data[split])]).ToHashSet();
        return (train.Subset([.. Enumerable.Range(0, train.Count).Where(index => !duplicates.Contains(index))]), validation);
    }

    /// <summary>
    /// The recipe's network with random weights, on the CPU. One that learns both label sets has the logits of the FER+ emotions
    /// after those of the classes.
    /// </summary>
    /// <param name="classes">How many classes the data has.</param>
    public Network CreateNetwork(int classes) => NetworkCatalog.Create(Network, Input.Channels, Input.Size,
        classes, Data.Labels == LabelSet.OriginalAndFerPlus ? Emotion.All.Count : 0);

    /// <summary>This recipe as JSON with every default written out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RecipeJson.Default.Recipe);

    private void Validate(string source)
    {
        var check = new RangeCheck(source);
        check.Name("name", Name);
        check.Name("network.name", Network.Name);
        check.Name("data.train", Data.Train);
        check.Name("data.validation", Data.Validation);
        check.That(Data.Train != Data.Validation, "data.validation", $"must be another split than data.train, is \"{Data.Validation}\" too");
        check.That(Data.HoldOut is null or (> 0 and < 1), "data.holdOut", $"must be between 0 and 1, is {RangeCheck.Text(Data.HoldOut ?? 0)}");
        check.Between("input.size", Input.Size, 8, 1024);
        check.That(Input.Channels is 1 or 3, "input.channels", $"must be 1 (gray) or 3 (red, green, blue), is {Input.Channels}");
        check.That(Input.Mean.Count == Input.Channels, "input.mean", $"needs one number for each of the {Input.Channels} channels, has {Input.Mean.Count}");
        check.That(Input.Deviation.Count == Input.Channels, "input.deviation", $"needs one number for each of the {Input.Channels} channels, has {Input.Deviation.Count}");
        check.That(Input.Deviation.All(value => value > 0), "input.deviation", "must be more than 0 for each channel");
        if (Pretrained is not null)
        {
            check.Name("pretrained.weights", Pretrained.Weights);
            check.Between("pretrained.frozenEpochs", Pretrained.FrozenEpochs, 0, Epochs);
            check.Between("pretrained.featureRate", Pretrained.FeatureRate, 0, 1);
        }
        if (Detection is not null)
            Validate(Detection, check);
        check.Between("augmentation.rotation", Augmentation.Rotation, 0, 180);
        check.Between("augmentation.shift", Augmentation.Shift, 0, 1);
        check.Between("augmentation.zoom", Augmentation.Zoom, 0, 0.9);
        check.That(Augmentation.Crop == 0 || (Augmentation.Crop >= 8 && Augmentation.Crop <= Input.Size), "augmentation.crop", $"must be 0 or from 8 to the input's size of {Input.Size}, is {Augmentation.Crop}");
        check.Between("augmentation.sharpness", Augmentation.Sharpness, 0, 1);
        check.Between("augmentation.lowResolution", Augmentation.LowResolution, 0, 1);
        check.Between("augmentation.leastResolution", Augmentation.LeastResolution, 1, Augmentation.Crop > 0 ? Augmentation.Crop : Input.Size);
        check.Between("augmentation.flip", Augmentation.Flip, 0, 1);
        check.Between("augmentation.brightness", Augmentation.Brightness, 0, 1);
        check.Between("augmentation.contrast", Augmentation.Contrast, 0, 1);
        check.Between("augmentation.erasing", Augmentation.Erasing, 0, 1);
        check.That(Augmentation.ErasingArea is [> 0 and <= 1, > 0 and <= 1] area && area[0] <= area[1],
            "augmentation.erasingArea", "must be two shares of the image's area, least and most, each more than 0 and at most 1");
        check.Between("loss.labelSmoothing", Loss.LabelSmoothing, 0, 0.9);
        check.Between("loss.votes", Loss.Votes, 0, 100);
        if (Distillation is not null)
        {
            check.That(Distillation.Teacher.Count > 0, "distillation.teacher", "must name at least one checkpoint");
            foreach (string teacher in Distillation.Teacher)
                check.Name("distillation.teacher", teacher);
            check.That(Distillation.Weight is > 0 and <= 1, "distillation.weight", $"must be more than 0 and at most 1, is {RangeCheck.Text(Distillation.Weight)}");
            check.Between("distillation.temperature", Distillation.Temperature, 0.1, 100);
        }
        check.That(Optimizer.LearningRate > 0, "optimizer.learningRate", $"must be more than 0, is {RangeCheck.Text(Optimizer.LearningRate)}");
        check.Between("optimizer.weightDecay", Optimizer.WeightDecay, 0, 1);
        if (Optimizer is SgdRecipe sgd)
        {
            check.Between("optimizer.momentum", sgd.Momentum, 0, 0.9999);
            check.That(!sgd.Nesterov || sgd.Momentum > 0, "optimizer.nesterov", "needs a momentum above 0");
        }
        if (Optimizer is AdamWRecipe adam)
        {
            check.Between("optimizer.beta1", adam.Beta1, 0, 0.9999);
            check.Between("optimizer.beta2", adam.Beta2, 0, 0.999999);
            check.That(adam.Epsilon > 0, "optimizer.epsilon", $"must be more than 0, is {RangeCheck.Text(adam.Epsilon)}");
        }
        check.Between("schedule.warmupEpochs", Schedule.WarmupEpochs, 0, Epochs);
        if (Schedule is PlateauRecipe plateau)
        {
            check.That(plateau.Factor is > 0 and < 1, "schedule.factor", $"must be between 0 and 1, is {RangeCheck.Text(plateau.Factor)}");
            check.Between("schedule.patience", plateau.Patience, 0, 10000);
            check.Between("schedule.minimumScale", plateau.MinimumScale, 0, 1);
        }
        check.Between("epochs", Epochs, 1, 100000);
        check.Between("batchSize", BatchSize, 1, 65536);
        check.That(Keep == KeptEpoch.Best || (EarlyStopping is null && Schedule is not PlateauRecipe), "keep",
            "is \"last\", so that the validation images decide nothing; then there is no earlyStopping and the schedule is no plateau");
        if (EarlyStopping is not null)
            check.Between("earlyStopping.patience", EarlyStopping.Patience, 1, 10000);
        if (Averaging is not null)
            check.That(Averaging.Decay is > 0 and < 1, "averaging.decay", $"must be between 0 and 1, is {RangeCheck.Text(Averaging.Decay)}");
    }

    private void Validate(DetectionRecipe detection, RangeCheck check)
    {
        check.That(Network.Name == FaceDetectorNetwork.Name, "network.name", $"must be \"{FaceDetectorNetwork.Name}\" where there is a section detection, is \"{Network.Name}\"");
        check.That(Distillation is null, "detection", "goes without distillation: a detector learns from photos and from the faces that its teacher finds in them");
        check.That(Input.Channels == 3 && Input.Size % FaceDetectorNetwork.SideStep == 0, "input", $"needs 3 channels and a size that is a multiple of {FaceDetectorNetwork.SideStep}, has {Input.Channels} and {Input.Size}");
        check.That(Augmentation is { Shift: 0, Zoom: 0, Crop: 0, Sharpness: 0, LowResolution: 0 }, "augmentation",
            "has shift, zoom, crop, sharpness or lowResolution, which are for face crops; a section detection has its own");
        check.Name("detection.teacher", detection.Teacher);
        check.That(detection.HoldOut is > 0 and < 1, "detection.holdOut", $"must be between 0 and 1, is {RangeCheck.Text(detection.HoldOut)}");
        check.Between("detection.picturesPerEpoch", detection.PicturesPerEpoch, 1, 10_000_000);
        check.That(detection.Sizes.Count > 0 && detection.Sizes.All(size => size > 0 && size % FaceDetectorNetwork.SideStep == 0), "detection.sizes", $"must be one or more sides in pixels, multiples of {FaceDetectorNetwork.SideStep}");
        check.That(detection.FaceSide is [>= 1, _] side && side[0] <= side[1], "detection.faceSide", "must be two sides in pixels, least and most, each at least 1");
        check.Between("detection.background", detection.Background, 0, 1);
        check.Between("detection.unmaskedWeight", detection.UnmaskedWeight, 1, 100);
        check.Between("detection.mosaic", detection.Mosaic, 0, 1);
        check.Between("detection.shapes", detection.Shapes, 0, 1);
        check.Between("detection.words", detection.Words, 0, 1);
        check.Between("detection.mostCrops", detection.MostCrops, 0, 10_000_000);
        check.Between("detection.pasted", detection.Pasted, 0, 1);
        check.Between("detection.gray", detection.Gray, 0, 1);
        check.Between("detection.blur", detection.Blur, 0, 1);
        check.Between("detection.noise", detection.Noise, 0, 1);
        check.Between("detection.jpeg", detection.Jpeg, 0, 1);
        check.Between("detection.teacherConfidence", detection.TeacherConfidence, 0, 1);
    }
}

/// <summary>Which labels and splits a recipe takes.</summary>
public sealed record DataRecipe
{
    /// <summary>Whose labels.</summary>
    public LabelSet Labels { get; set; }

    /// <summary>The split to train on.</summary>
    public string Train { get; set; } = "train";

    /// <summary>The split that chooses the best epoch.</summary>
    public string Validation { get; set; } = "validation";

    /// <summary>The share of the images, chosen at random, to validate on where a data set has no splits of its own; null: such a set is refused.</summary>
    public double? HoldOut { get; set; }

    /// <summary>Splits whose images, and near copies of them, are kept out of the training.</summary>
    public IReadOnlyList<string> WithoutDuplicatesOf { get; set; } = [];
}

/// <summary>What a network sees: square images, normalised as (x - mean) / deviation.</summary>
public sealed record InputRecipe
{
    /// <summary>Side in pixels.</summary>
    public int Size { get; set; } = 48;

    /// <summary>1: gray, 3: red, green, blue.</summary>
    public int Channels { get; set; } = 1;

    /// <summary>Mean of each channel on the scale 0 to 255.</summary>
    public IReadOnlyList<float> Mean { get; set; } = [127.5f];

    /// <summary>Deviation of each channel on the scale 0 to 255.</summary>
    public IReadOnlyList<float> Deviation { get; set; } = [63.75f];
}

/// <summary>Weights that were learned on other data, and how they are fine-tuned.</summary>
public sealed record PretrainedRecipe
{
    /// <summary>The file: safetensors or a state dict of PyTorch's, as <see cref="PretrainedWeights"/> reads it. Needed at the start only, not to resume.</summary>
    public required string Weights { get; init; }

    /// <summary>For how many epochs the classifier learns alone, while the features stay as they came, batch norm's statistics included.</summary>
    public int FrozenEpochs { get; set; }

    /// <summary>By what the learning rate is multiplied for the features.</summary>
    public double FeatureRate { get; set; } = 1;

    /// <summary>Whether the classifier, too, starts from the file, a checkpoint of Mien's whose network knows the same labels; otherwise it starts anew.</summary>
    public bool Classifier { get; set; }
}

/// <summary>Which epoch's network is a training's result.</summary>
public enum KeptEpoch
{
    /// <summary>The one that validates best.</summary>
    [JsonStringEnumMemberName("best")]
    Best,

    /// <summary>The last one, so that nothing is chosen on the validation images and their figure is an honest one.</summary>
    [JsonStringEnumMemberName("last")]
    Last,
}

/// <summary>How far training images are varied at random; 0 leaves a kind of variation out.</summary>
public sealed record AugmentationRecipe
{
    /// <summary>Rotation by up to so many degrees to either side.</summary>
    public double Rotation { get; set; }

    /// <summary>Shift by up to this share of the side, along each axis.</summary>
    public double Shift { get; set; }

    /// <summary>Side in pixels of the square, at a random place, that training sees of each image; 0: the whole image. Validation always sees all.</summary>
    public int Crop { get; set; }

    /// <summary>Sharpness by a factor from 1 - sharpness to 1 + sharpness: 0 would be a 3x3 mean, 2 twice the detail.</summary>
    public double Sharpness { get; set; }

    /// <summary>The probability that an image is scaled down and up again, as a face from far away is.</summary>
    public double LowResolution { get; set; }

    /// <summary>The least side in pixels that such an image is scaled down to; each batch has its own side.</summary>
    public int LeastResolution { get; set; } = 12;

    /// <summary>Zoom by a factor from 1 - zoom to 1 + zoom.</summary>
    public double Zoom { get; set; }

    /// <summary>The probability of a mirrored image.</summary>
    public double Flip { get; set; }

    /// <summary>Lighter or darker by up to this share of the full range.</summary>
    public double Brightness { get; set; }

    /// <summary>Contrast by a factor from 1 - contrast to 1 + contrast, around the mean.</summary>
    public double Contrast { get; set; }

    /// <summary>The probability that a rectangle is painted over with the mean.</summary>
    public double Erasing { get; set; }

    /// <summary>The rectangle's area, least and most, as shares of the image.</summary>
    public IReadOnlyList<double> ErasingArea { get; set; } = [0.02, 0.2];
}

#pragma warning disable CA1720 // The formats are called by their names.
/// <summary>The numbers that a training computes in.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>16 bits with the range of 32: about twice as fast on CPUs with AVX512-BF16 and on newer GPUs, slower elsewhere.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,
}
#pragma warning restore CA1720

/// <summary>What <see cref="Precision"/> means to libtorch.</summary>
internal static class PrecisionTypes
{
    /// <summary>The type of the activations.</summary>
    public static torch.ScalarType ToScalarType(this Precision precision) => precision == Precision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
}

/// <summary>Whether rare classes weigh more in the loss.</summary>
public enum ClassWeighting
{
    /// <summary>Every sample weighs the same.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Every class weighs the same: a sample's weight is inverse to how often its class occurs.</summary>
    [JsonStringEnumMemberName("balanced")]
    Balanced,
}

/// <summary>What is minimised: cross entropy.</summary>
public sealed record LossRecipe
{
    /// <summary>The share of the target that is spread evenly over all classes.</summary>
    public double LabelSmoothing { get; set; }

    /// <summary>What the cross entropy of the FER+ votes weighs beside that of the classes, where both are learnt.</summary>
    public double Votes { get; set; } = 1;

    /// <summary>Whether rare classes weigh more.</summary>
    public ClassWeighting ClassWeights { get; set; }
}

/// <summary>Learning from a trained network, the teacher, what it says of the very images that the student sees.</summary>
public sealed record DistillationRecipe
{
    /// <summary>
    /// The teacher: a checkpoint that a training wrote, <c>runs/NAME/best.safetensors</c>, or a recipe in the box, which stands
    /// for that file; of several the logits are averaged. Its labels and input are the student's. Needed to resume too.
    /// </summary>
    [JsonConverter(typeof(OneOrSeveralConverter))]
    public required IReadOnlyList<string> Teacher { get; init; }

    /// <summary>What the distance to the teacher's answers weighs, above 0 and up to 1; the labels weigh the rest.</summary>
    public double Weight { get; set; } = 0.9;

    /// <summary>What both networks' logits are divided by before the softmax: the higher, the more counts which wrong answers the teacher finds likely.</summary>
    public double Temperature { get; set; } = 2;
}

/// <summary>How parameters are updated.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(SgdRecipe), "sgd")]
[JsonDerivedType(typeof(AdamWRecipe), "adamw")]
public abstract record OptimizerRecipe
{
    /// <summary>The rate before the schedule scales it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Decay of the weights; biases and norms are left alone.</summary>
    public double WeightDecay { get; set; }
}

/// <summary>Stochastic gradient descent.</summary>
public sealed record SgdRecipe : OptimizerRecipe
{
    /// <summary>How much of the last step the next one keeps.</summary>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Whether the gradient is taken where the momentum leads.</summary>
    public bool Nesterov { get; set; }
}

/// <summary>Adam with decoupled weight decay.</summary>
public sealed record AdamWRecipe : OptimizerRecipe
{
    /// <summary>Decay of the mean of the gradients.</summary>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>Decay of the mean of their squares.</summary>
    public double Beta2 { get; set; } = 0.999;

    /// <summary>Keeps the division from running away.</summary>
    public double Epsilon { get; set; } = 1e-8;
}

/// <summary>How the learning rate changes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(CosineRecipe), "cosine")]
[JsonDerivedType(typeof(PlateauRecipe), "plateau")]
public abstract record ScheduleRecipe
{
    /// <summary>How long the rate rises from nothing at the start.</summary>
    public double WarmupEpochs { get; set; }
}

/// <summary>Half a cosine down to zero at the end.</summary>
public sealed record CosineRecipe : ScheduleRecipe;

/// <summary>A cut whenever the validation accuracy no longer rises.</summary>
public sealed record PlateauRecipe : ScheduleRecipe
{
    /// <summary>By what the rate is multiplied in a cut.</summary>
    public double Factor { get; set; } = 0.3;

    /// <summary>How many epochs without improvement are borne.</summary>
    public int Patience { get; set; } = 3;

    /// <summary>Below this share of its first value the rate is not cut.</summary>
    public double MinimumScale { get; set; } = 0.001;
}

/// <summary>When to stop before the last epoch.</summary>
public sealed record EarlyStoppingRecipe
{
    /// <summary>How many epochs in a row without a better validation accuracy end the training.</summary>
    public required int Patience { get; init; }
}

/// <summary>An exponential average of the weights, which is often better than the last ones.</summary>
public sealed record AveragingRecipe
{
    /// <summary>What the average keeps of itself at each step.</summary>
    public required double Decay { get; init; }
}

/// <summary>Serialisation without reflection, strict.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowDuplicateProperties = false,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(LabelSetConverter)])]
[JsonSerializable(typeof(Recipe))]
internal sealed partial class RecipeJson : JsonSerializerContext;

/// <summary>A text, or a list of texts.</summary>
internal sealed class OneOrSeveralConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return [Text(in reader)];
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            texts.Add(Text(in reader));
        return texts;

        static string Text(ref readonly Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("must be a text or a list of texts");
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        if (value is [var only])
        {
            writer.WriteStringValue(only);
            return;
        }
        writer.WriteStartArray();
        foreach (string text in value)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}

/// <summary>The names of label sets in recipes.</summary>
internal sealed class LabelSetConverter : JsonConverter<LabelSet>
{
    private static readonly Dictionary<LabelSet, string> Names = new()
    {
        [LabelSet.Original] = "original",
        [LabelSet.FerPlusMajority] = "ferplus-majority",
        [LabelSet.FerPlusDistribution] = "ferplus-distribution",
        [LabelSet.OriginalAndFerPlus] = "original+ferplus",
    };

    public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Names.FirstOrDefault(entry => entry.Value == text) is { Value: not null } known
            ? known.Key
            : throw new JsonException($"allowed: {string.Join(", ", Names.Values)}");
    }

    public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options) => writer.WriteStringValue(Names[value]);
}
