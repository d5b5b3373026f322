namespace Mien;

/// <summary>An error that a person can act on: the message names the thing at fault and the remedy.</summary>
public class MienException : Exception
{
    /// <summary>Creates the error with a message that names the thing and the remedy.</summary>
    public MienException(string message) : base(message) { }

    /// <summary>Creates the error with a message and the failure beneath it.</summary>
    public MienException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A picture that cannot be read or written: corrupt, empty, too large or of an unsupported kind.</summary>
public sealed class ImageException : MienException
{
    /// <inheritdoc cref="MienException(string)"/>
    public ImageException(string message) : base(message) { }

    /// <inheritdoc cref="MienException(string, Exception)"/>
    public ImageException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A video, stream or camera that cannot be opened, read or written.</summary>
public sealed class VideoException : MienException
{
    /// <inheritdoc cref="MienException(string)"/>
    public VideoException(string message) : base(message) { }

    /// <inheritdoc cref="MienException(string, Exception)"/>
    public VideoException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A model file that is missing, truncated or not of the kind asked for.</summary>
public sealed class ModelException : MienException
{
    /// <inheritdoc cref="MienException(string)"/>
    public ModelException(string message) : base(message) { }

    /// <inheritdoc cref="MienException(string, Exception)"/>
    public ModelException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>A native library or a program that is missing, too old or that failed to load; the message names the remedy.</summary>
public sealed class NativeLibraryException : MienException
{
    /// <inheritdoc cref="MienException(string)"/>
    public NativeLibraryException(string message) : base(message) { }

    /// <inheritdoc cref="MienException(string, Exception)"/>
    public NativeLibraryException(string message, Exception inner) : base(message, inner) { }
}
