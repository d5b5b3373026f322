using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mien.Tests;

/// <summary>What an assembly offers to programs, as text: a change of it shows in a review.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Fails unless the committed description of an assembly is that of the assembly.</summary>
    public static void Check(Assembly assembly)
    {
        string name = $"{assembly.GetName().Name}.txt", path = Path.Combine(SharedData.Checkout, "tests", "Shared", "PublicApi", name);
        string actual = Describe(assembly);
        if (File.Exists(path) && File.ReadAllText(path) == actual)
            return;
        string found = Path.Combine(AppContext.BaseDirectory, name);
        File.WriteAllText(found, actual);
        Assert.Fail($"tests/Shared/PublicApi/{name} is not the public API of the assembly. If the API is meant to be as it is now, copy {found} there.");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type));
            Type[] bases = [.. type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType ? [parent] : Type.EmptyTypes, .. OwnInterfaces(type)];
            if (bases.Length > 0 && !type.IsEnum && !type.IsSubclassOf(typeof(Delegate)))
                text.Append(" : ").AppendJoin(", ", bases.Select(Name));
            text.Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static IEnumerable<Type> OwnInterfaces(Type type) => type.GetInterfaces()
        .Where(face => face.IsVisible && face != typeof(IEnumerable) && !(type.BaseType?.GetInterfaces().Contains(face) ?? false))
        .OrderBy(Name, StringComparer.Ordinal);

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}"));
        if (type.IsSubclassOf(typeof(Delegate)))
            return [Method(type.GetMethod("Invoke")!)];
        return type.GetMembers(Declared).Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute))).Select(member => member switch
        {
            ConstructorInfo constructor when IsSeen(constructor) => $"new({Parameters(constructor)})",
            MethodInfo method when IsSeen(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) => Method(method),
            PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsSeen) => Property(property),
            EventInfo happening when IsSeen(happening.AddMethod!) => $"event {Name(happening.EventHandlerType!)} {happening.Name}",
            FieldInfo { IsPublic: true } field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType, Nullability.Create(field))} {field.Name}{(field.IsLiteral ? $" = {Value(field.GetRawConstantValue())}" : "")}",
            _ => "",
        }).Where(member => member.Length > 0);
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        return $"{Static(method)}{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsSeen).Select(accessor =>
            accessor.ReturnType == typeof(void) ? accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;" : "get;");
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
        return $"{Static(property.GetAccessors(nonPublic: true)[0])}{required}{Name(property.PropertyType, Nullability.Create(property))} {property.Name}{index} {{ {string.Join(' ', accessors)} }}";
    }

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string by = parameter.IsOut ? "out " : parameter is { ParameterType.IsByRef: true, IsIn: true } ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        return $"{by}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue)}" : "")}";
    }

    private static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Name(Type type, NullabilityInfo nullability)
    {
        string name = type.IsArray && nullability.ElementType is { } element ? $"{Name(type.GetElementType()!, element)}[]"
            : type.IsGenericType && Nullable.GetUnderlyingType(type) is null && nullability.GenericTypeArguments.Length == type.GetGenericArguments().Length
                ? Generic(type, [.. type.GetGenericArguments().Zip(nullability.GenericTypeArguments, Name)])
            : Name(type);
        return !type.IsValueType && nullability.ReadState == NullabilityState.Nullable ? $"{name}?" : name;
    }

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } value)
            return $"{Name(value)}?";
        return type.IsGenericParameter ? type.Name
            : type.IsGenericType ? Generic(type, [.. type.GetGenericArguments().Select(Name)])
            : type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}"
            : type.Name;
    }

    private static string Generic(Type type, string[] arguments) => $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments)}>";
}
