namespace Mien.Tests;

/// <summary>A data set and a recipe for a training of seconds: bright pictures are happy, dark ones sad.</summary>
internal static class TwoShades
{
    public const string Recipe = """
        {
          "name": "tiny", "description": "Two shades in seconds.",
          "input": { "size": 16, "channels": 1, "mean": [127.5], "deviation": [63.75] },
          "network": { "name": "residual", "stem": 4, "widths": [8], "blocks": [1], "dropout": 0 },
          "optimizer": { "name": "adamw", "learningRate": 0.02 },
          "epochs": 4, "batchSize": 8
        }
        """;

    /// <summary>Writes <c>tiny.json</c> and <c>data</c>, with 16 pictures for each class and split.</summary>
    public static void Write(TemporaryFolder folder)
    {
        File.WriteAllText(folder["tiny.json"], Recipe);
        var random = new Random(1);
        foreach (string split in (ReadOnlySpan<string>)["train", "validation"])
        {
            foreach ((string label, int shade) in (ReadOnlySpan<(string, int)>)[("happy", 200), ("sad", 40)])
            {
                Directory.CreateDirectory(folder["data", split, label]);
                for (int i = 0; i < 16; i++)
                {
                    byte[] pixels = [.. Enumerable.Range(0, 256).Select(_ => (byte)(shade + random.Next(-30, 30)))];
                    Image.FromPixels(16, 16, PixelFormat.Gray8, pixels).Save(folder["data", split, label, $"{i}.png"]);
                }
            }
        }
    }
}
