namespace Mien.Tests;

/// <summary>The data sets beside the checkout; tests that need one skip where it is absent.</summary>
internal static class SharedData
{
    /// <summary>The root of the checkout, found by its solution file.</summary>
    public static string Checkout { get; } = FindCheckout();

    /// <summary>A path below <c>../shared</c>; skips the calling test if it is not there.</summary>
    public static string Require(params string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([Checkout, "..", "shared", .. parts]));
        if (!Path.Exists(path))
            Assert.Skip($"needs ../shared/{string.Join('/', parts)}, which is not beside this checkout");
        return path;
    }

    private static string FindCheckout()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mien.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run from inside a checkout of Mien.");
    }
}
