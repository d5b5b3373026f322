using System.Diagnostics;

namespace Mien.Training.Tests.Weights;

/// <summary>Runs PyTorch itself, as the reference.</summary>
internal static class Python
{
    /// <summary>Runs a script; skips the calling test where there is no Python with PyTorch.</summary>
    public static void Run(string script, params string[] arguments)
    {
        if (!File.Exists("/usr/bin/python3"))
            Assert.Skip("needs Python with PyTorch");
        using Process python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", "import sys\ntry:\n    import torch\nexcept ImportError:\n    sys.exit(77)\n" + script, .. arguments])
        {
            RedirectStandardError = true,
        })!;
        string errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        if (python.ExitCode == 77)
            Assert.Skip("needs Python with PyTorch");
        Assert.True(python.ExitCode == 0, errors);
    }
}
