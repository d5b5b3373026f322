using System.Text.Json.Nodes;

namespace Mien.Training.Tests.Recipes;

public sealed class RecipeTests
{
    private const string Least = """{"name":"x","network":{"name":"residual"},"optimizer":{"name":"sgd","learningRate":0.1},"epochs":2}""";

    public static TheoryData<string> Boxed => [.. Recipe.Names];

    [Fact]
    public void The_box_holds_the_first_recipes() =>
        Assert.Superset(new HashSet<string> { "four-layer-cnn", "residual-s" }, new HashSet<string>(Recipe.Names));

    [Theory]
    [MemberData(nameof(Boxed))]
    public void Every_recipe_in_the_box_is_valid_and_says_what_to_expect(string name)
    {
        Recipe recipe = Recipe.Load(name);
        Assert.Equal(name, recipe.Name);
        Assert.NotEmpty(recipe.Description);
    }

    [Theory]
    [MemberData(nameof(Boxed))]
    public void A_recipe_survives_being_written_and_read(string name)
    {
        string json = Recipe.Load(name).ToJson();
        Assert.Equal(json, Recipe.Parse(json, "copy").ToJson());
    }

    [Fact]
    public void A_file_is_a_recipe_too()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mien é ").FullName, "my recipe.json");
        File.WriteAllText(path, Least);
        Assert.Equal(2, Recipe.Load(path).Epochs);
    }

    [Fact]
    public void Comments_are_allowed() =>
        Assert.Equal("x", Recipe.Parse("// mine\n" + Least, "f.json").Name);

    [Fact]
    public void An_unknown_name_lists_the_box()
    {
        var error = Assert.Throws<MienException>(() => Recipe.Load("five-layer-cnn"));
        Assert.Contains("five-layer-cnn", error.Message, StringComparison.Ordinal);
        Assert.Contains("four-layer-cnn, ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epoch", "1", "unknown property epoch; allowed: name, ")]
    [InlineData("augmentation", """{"rotate":3}""", "unknown property augmentation.rotate; allowed: rotation, shift")]
    [InlineData("optimizer", """{"name":"adam","learningRate":1}""", "optimizer.name is \"adam\"; allowed: sgd, adamw")]
    [InlineData("optimizer", """{"learningRate":1}""", "optimizer.name is missing; allowed: sgd, adamw")]
    [InlineData("optimizer", """{"name":"adamw","learningRate":1,"momentum":0.9}""", "unknown property optimizer.momentum; allowed: name, ")]
    [InlineData("optimizer", """{"name":"sgd"}""", "optimizer.learningRate is missing")]
    [InlineData("optimizer", "3", "optimizer must be an object, is 3")]
    [InlineData("schedule", """{"name":"linear"}""", "schedule.name is \"linear\"; allowed: cosine, plateau")]
    [InlineData("data", """{"labels":"ferplus"}""", "data.labels is \"ferplus\"; allowed: original, ferplus-majority, ferplus-distribution")]
    [InlineData("data", """{"labels":1}""", "data.labels is 1; allowed: original")]
    [InlineData("data", """{"train":"a","validation":"a"}""", "data.validation must be another split")]
    [InlineData("loss", """{"classWeights":"yes"}""", "loss.classWeights is \"yes\"; allowed: none, balanced")]
    [InlineData("loss", """{"labelSmoothing":1.5}""", "loss.labelSmoothing must be 0 to 0.9, is 1.5")]
    [InlineData("epochs", "0", "epochs must be 1 to 100000, is 0")]
    [InlineData("epochs", "\"ten\"", "epochs: ")]
    [InlineData("batchSize", "-3", "batchSize must be 1 to 65536")]
    [InlineData("input", """{"channels":3}""", "input.mean needs one number for each of the 3 channels, has 1")]
    [InlineData("input", """{"deviation":[0]}""", "input.deviation must be more than 0")]
    [InlineData("augmentation", """{"erasingArea":[0.5,0.1]}""", "augmentation.erasingArea must be two shares")]
    [InlineData("earlyStopping", "{}", "earlyStopping.patience is missing")]
    [InlineData("data", """{"holdOut":1}""", "data.holdOut must be between 0 and 1, is 1")]
    [InlineData("keep", "\"first\"", "keep is \"first\"; allowed: best, last")]
    [InlineData("pretrained", "{}", "pretrained.weights is missing")]
    [InlineData("pretrained", """{"weights":"a.pth","frozenEpochs":3}""", "pretrained.frozenEpochs must be 0 to 2, is 3")]
    [InlineData("distillation", "{}", "distillation.teacher is missing")]
    [InlineData("distillation", """{"teacher":3}""", "distillation.teacher: must be a text or a list of texts")]
    [InlineData("distillation", """{"teacher":["a",{}]}""", "distillation.teacher: must be a text or a list of texts")]
    [InlineData("distillation", """{"teacher":null}""", "distillation.teacher: ")]
    [InlineData("distillation", """{"teacher":[]}""", "distillation.teacher must name at least one checkpoint")]
    [InlineData("distillation", """{"teacher":["a",""]}""", "distillation.teacher must not be empty")]
    [InlineData("distillation", """{"teacher":"a","weight":0}""", "distillation.weight must be more than 0 and at most 1, is 0")]
    [InlineData("distillation", """{"teacher":"a","weight":1.5}""", "distillation.weight must be more than 0 and at most 1, is 1.5")]
    [InlineData("distillation", """{"teacher":"a","temperature":0}""", "distillation.temperature must be 0.1 to 100, is 0")]
    public void A_mistake_names_file_property_and_what_is_allowed(string property, string value, string message)
    {
        JsonObject json = JsonNode.Parse(Least)!.AsObject();
        json[property] = JsonNode.Parse(value);
        var error = Assert.Throws<MienException>(() => Recipe.Parse(json.ToJsonString(), "f.json"));
        Assert.StartsWith("f.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("""["a","b"]""", "a", "b")]
    public void One_teacher_or_several_survive_being_written_and_read(string value, params string[] teachers)
    {
        JsonObject json = JsonNode.Parse(Least)!.AsObject();
        json["distillation"] = new JsonObject { ["teacher"] = JsonNode.Parse(value), ["weight"] = 0.5 };
        Recipe recipe = Recipe.Parse(json.ToJsonString(), "f.json"), copy = Recipe.Parse(recipe.ToJson(), "copy");
        Assert.Equal(teachers, recipe.Distillation!.Teacher);
        Assert.Equal(teachers, copy.Distillation!.Teacher);
        Assert.Equal((0.5, 2), (copy.Distillation.Weight, copy.Distillation.Temperature));
    }

    [Fact]
    public void Keeping_the_last_epoch_leaves_nothing_to_the_validation_images()
    {
        JsonObject json = JsonNode.Parse(Least)!.AsObject();
        json["keep"] = "last";
        Recipe.Parse(json.ToJsonString(), "f.json");
        json["earlyStopping"] = JsonNode.Parse("""{"patience":2}""");
        Assert.Contains("no earlyStopping", Assert.Throws<MienException>(() => Recipe.Parse(json.ToJsonString(), "f.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_splits_is_split_only_where_the_recipe_says_so()
    {
        var all = new FaceDataset("all", ["a", "b"], 1, PixelFormat.Gray8, [.. Enumerable.Range(0, 10).Select(i => (byte)i)], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
        var data = new FaceDatasets("x.zip", DataKind.Folders, all.Labels, [all], [], []);
        Recipe recipe = Recipe.Parse(Least, "f.json");
        Assert.Contains("x.zip has no split 'train'", Assert.Throws<MienException>(() => recipe.Split(data)).Message, StringComparison.Ordinal);

        (FaceDataset train, FaceDataset validation) = (recipe with { Data = new DataRecipe { HoldOut = 0.2 } }).Split(data);
        Assert.Equal((8, 2), (train.Count, validation.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (byte)i), train.Pixels.Concat(validation.Pixels).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"name":"x","network":null,"optimizer":{"name":"sgd","learningRate":0.1},"epochs":2}""")]
    public void What_is_no_recipe_is_refused_with_the_file(string json) =>
        Assert.StartsWith("f.json: ", Assert.Throws<MienException>(() => Recipe.Parse(json, "f.json")).Message, StringComparison.Ordinal);
}
