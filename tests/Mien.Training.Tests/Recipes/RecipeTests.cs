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
    public void A_mistake_names_file_property_and_what_is_allowed(string property, string value, string message)
    {
        JsonObject json = JsonNode.Parse(Least)!.AsObject();
        json[property] = JsonNode.Parse(value);
        var error = Assert.Throws<MienException>(() => Recipe.Parse(json.ToJsonString(), "f.json"));
        Assert.StartsWith("f.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
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
