using System.Runtime.InteropServices;

namespace Mien.Interop;

/// <summary>
/// The functions of ONNX Runtime's C API that Mien calls. The library hands out one table of function pointers, which
/// only ever grows at its end; the numbers below are places in that table as published in <c>onnxruntime_c_api.h</c>.
/// </summary>
/// <remarks>
/// Functions that can fail return a status: zero, or an object that carries a message and that <see cref="Fault"/> reads and releases.
/// </remarks>
internal sealed unsafe class OnnxRuntimeApi
{
    /// <summary>The oldest table that has all we call; libraries from 1.17 on hand it out.</summary>
    private const uint ApiVersion = 17;

    /// <summary>The first release that has <see cref="ApiVersion"/>, for messages.</summary>
    public const string OldestRelease = "1.17";

    /// <summary>The element type of 32-bit floats.</summary>
    public const int Float32 = 1;

    private readonly IntPtr* _table;

    private OnnxRuntimeApi(IntPtr* table, string version)
    {
        _table = table;
        Version = version;
    }

    /// <summary>The library's release, such as "1.30.0".</summary>
    public string Version { get; }

    /// <summary>Takes the function table out of a loaded library.</summary>
    /// <param name="getApiBase">The library's export <c>OrtGetApiBase</c>, or zero if it has none.</param>
    /// <param name="fault">What is wrong with the library, when the result is null.</param>
    public static OnnxRuntimeApi? FromExport(IntPtr getApiBase, out string? fault)
    {
        fault = "this is another library: it has no OrtGetApiBase";
        if (getApiBase == IntPtr.Zero)
            return null;
        // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t); const char* (*GetVersionString)(); }
        var apiBase = (IntPtr*)((delegate* unmanaged<IntPtr>)getApiBase)();
        string version = Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)apiBase[1])()) ?? "";
        var table = (IntPtr*)((delegate* unmanaged<uint, IntPtr>)apiBase[0])(ApiVersion);
        fault = table is null ? $"this is ONNX Runtime {version}, and {OldestRelease} or later is needed" : null;
        return table is null ? null : new(table, version);
    }

    /// <summary>What a status says, or null for success; the status is released.</summary>
    public string? Fault(IntPtr status)
    {
        if (status == IntPtr.Zero)
            return null;
        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr, IntPtr>)_table[2])(status)) ?? "no message";
        ((delegate* unmanaged<IntPtr, void>)_table[93])(status);
        return message;
    }

    /// <summary>Throws what a status says, if it is a failure.</summary>
    public void Check(IntPtr status)
    {
        if (Fault(status) is { } fault)
            throw new ModelException(fault);
    }

    public delegate* unmanaged<int, byte*, IntPtr*, IntPtr> CreateEnv => (delegate* unmanaged<int, byte*, IntPtr*, IntPtr>)_table[3];

    public delegate* unmanaged<IntPtr, IntPtr> DisableTelemetryEvents => (delegate* unmanaged<IntPtr, IntPtr>)_table[6];

    public delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr*, IntPtr> CreateSession => (delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr*, IntPtr>)_table[7];

    public delegate* unmanaged<IntPtr, byte*, nuint, IntPtr, IntPtr*, IntPtr> CreateSessionFromArray => (delegate* unmanaged<IntPtr, byte*, nuint, IntPtr, IntPtr*, IntPtr>)_table[8];

    /// <summary>session, run options, input names, inputs, input count, output names, output count, outputs.</summary>
    public delegate* unmanaged<IntPtr, IntPtr, IntPtr*, IntPtr*, nuint, IntPtr*, nuint, IntPtr*, IntPtr> Run => (delegate* unmanaged<IntPtr, IntPtr, IntPtr*, IntPtr*, nuint, IntPtr*, nuint, IntPtr*, IntPtr>)_table[9];

    public delegate* unmanaged<IntPtr*, IntPtr> CreateSessionOptions => (delegate* unmanaged<IntPtr*, IntPtr>)_table[10];

    public delegate* unmanaged<IntPtr, int, IntPtr> SetSessionGraphOptimizationLevel => (delegate* unmanaged<IntPtr, int, IntPtr>)_table[23];

    public delegate* unmanaged<IntPtr, int, IntPtr> SetIntraOpNumThreads => (delegate* unmanaged<IntPtr, int, IntPtr>)_table[24];

    public delegate* unmanaged<IntPtr, nuint*, IntPtr> SessionGetInputCount => (delegate* unmanaged<IntPtr, nuint*, IntPtr>)_table[30];

    public delegate* unmanaged<IntPtr, nuint*, IntPtr> SessionGetOutputCount => (delegate* unmanaged<IntPtr, nuint*, IntPtr>)_table[31];

    public delegate* unmanaged<IntPtr, nuint, IntPtr*, IntPtr> SessionGetInputTypeInfo => (delegate* unmanaged<IntPtr, nuint, IntPtr*, IntPtr>)_table[33];

    public delegate* unmanaged<IntPtr, nuint, IntPtr*, IntPtr> SessionGetOutputTypeInfo => (delegate* unmanaged<IntPtr, nuint, IntPtr*, IntPtr>)_table[34];

    public delegate* unmanaged<IntPtr, nuint, IntPtr, IntPtr*, IntPtr> SessionGetInputName => (delegate* unmanaged<IntPtr, nuint, IntPtr, IntPtr*, IntPtr>)_table[36];

    public delegate* unmanaged<IntPtr, nuint, IntPtr, IntPtr*, IntPtr> SessionGetOutputName => (delegate* unmanaged<IntPtr, nuint, IntPtr, IntPtr*, IntPtr>)_table[37];

    /// <summary>memory info, data, bytes, shape, rank, element type, value.</summary>
    public delegate* unmanaged<IntPtr, void*, nuint, long*, nuint, int, IntPtr*, IntPtr> CreateTensorWithDataAsOrtValue => (delegate* unmanaged<IntPtr, void*, nuint, long*, nuint, int, IntPtr*, IntPtr>)_table[49];

    public delegate* unmanaged<IntPtr, void**, IntPtr> GetTensorMutableData => (delegate* unmanaged<IntPtr, void**, IntPtr>)_table[51];

    /// <summary>The result belongs to the type info; it is zero for what is no tensor.</summary>
    public delegate* unmanaged<IntPtr, IntPtr*, IntPtr> CastTypeInfoToTensorInfo => (delegate* unmanaged<IntPtr, IntPtr*, IntPtr>)_table[55];

    public delegate* unmanaged<IntPtr, int*, IntPtr> GetTensorElementType => (delegate* unmanaged<IntPtr, int*, IntPtr>)_table[60];

    public delegate* unmanaged<IntPtr, nuint*, IntPtr> GetDimensionsCount => (delegate* unmanaged<IntPtr, nuint*, IntPtr>)_table[61];

    public delegate* unmanaged<IntPtr, long*, nuint, IntPtr> GetDimensions => (delegate* unmanaged<IntPtr, long*, nuint, IntPtr>)_table[62];

    public delegate* unmanaged<IntPtr, IntPtr*, IntPtr> GetTensorTypeAndShape => (delegate* unmanaged<IntPtr, IntPtr*, IntPtr>)_table[65];

    public delegate* unmanaged<int, int, IntPtr*, IntPtr> CreateCpuMemoryInfo => (delegate* unmanaged<int, int, IntPtr*, IntPtr>)_table[69];

    public delegate* unmanaged<IntPtr, IntPtr, IntPtr> AllocatorFree => (delegate* unmanaged<IntPtr, IntPtr, IntPtr>)_table[76];

    /// <summary>The allocator is the library's own and is not released.</summary>
    public delegate* unmanaged<IntPtr*, IntPtr> GetAllocatorWithDefaultOptions => (delegate* unmanaged<IntPtr*, IntPtr>)_table[78];

    public delegate* unmanaged<IntPtr, void> ReleaseEnv => (delegate* unmanaged<IntPtr, void>)_table[92];

    public delegate* unmanaged<IntPtr, void> ReleaseMemoryInfo => (delegate* unmanaged<IntPtr, void>)_table[94];

    public delegate* unmanaged<IntPtr, void> ReleaseSession => (delegate* unmanaged<IntPtr, void>)_table[95];

    public delegate* unmanaged<IntPtr, void> ReleaseValue => (delegate* unmanaged<IntPtr, void>)_table[96];

    public delegate* unmanaged<IntPtr, void> ReleaseTypeInfo => (delegate* unmanaged<IntPtr, void>)_table[98];

    public delegate* unmanaged<IntPtr, void> ReleaseTensorTypeAndShapeInfo => (delegate* unmanaged<IntPtr, void>)_table[99];

    public delegate* unmanaged<IntPtr, void> ReleaseSessionOptions => (delegate* unmanaged<IntPtr, void>)_table[100];

    public delegate* unmanaged<IntPtr, IntPtr*, IntPtr> SessionGetModelMetadata => (delegate* unmanaged<IntPtr, IntPtr*, IntPtr>)_table[111];

    public delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr*, IntPtr> ModelMetadataLookupCustomMetadataMap => (delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr*, IntPtr>)_table[116];

    public delegate* unmanaged<IntPtr, void> ReleaseModelMetadata => (delegate* unmanaged<IntPtr, void>)_table[118];

    public delegate* unmanaged<IntPtr, IntPtr, IntPtr**, long*, IntPtr> ModelMetadataGetCustomMetadataMapKeys => (delegate* unmanaged<IntPtr, IntPtr, IntPtr**, long*, IntPtr>)_table[123];
}
