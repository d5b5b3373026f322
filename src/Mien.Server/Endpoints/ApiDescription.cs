using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mien.Server.Uploads;

namespace Mien.Server.Endpoints;

/// <summary>What the OpenAPI document says beyond what endpoints and types tell by themselves.</summary>
internal static class ApiDescription
{
    public static void Configure(OpenApiOptions openApi)
    {
        openApi.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        openApi.AddSchemaTransformer((schema, context, _) =>
        {
            // What is null is left out of answers.
            foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null))
                schema.Required?.Remove(property.Name);
            return Task.CompletedTask;
        });
        openApi.AddDocumentTransformer(async (document, context, cancellation) =>
        {
            document.Info = new()
            {
                Title = "Mien",
                Version = "1",
                Description = "Facial emotion recognition on your own machine. A label is what an expression reads as, not what a person feels.",
                License = new() { Name = "MIT", Identifier = "MIT" },
            };
            // Where it runs is known to whoever reads it there.
            document.Servers = [];
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key; needed where the server listens beyond its own machine." },
                ["header"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key", Description = "The same in a header of its own." },
            };
            document.Security = [new() { [new("bearer", document)] = [] }, new() { [new("header", document)] = [] }, new()];
            var request = await context.GetOrCreateSchemaAsync(typeof(AnalyzeRequest), cancellationToken: cancellation);
            document.AddComponent(nameof(AnalyzeRequest), request);
            document.Paths["/v1/analyze"].Operations![HttpMethod.Post].RequestBody = Pictures(document, "One picture as its bytes, or several as fields or in JSON.");
            document.Paths["/v1/videos"].Operations![HttpMethod.Post].RequestBody = Video();
            document.Paths["/v1/explain"].Operations![HttpMethod.Post].RequestBody = Pictures(document, "One picture, as its bytes, as a field or in JSON.");
        });
    }

    private static OpenApiRequestBody Video()
    {
        OpenApiSchema bytes = new() { Type = JsonSchemaType.String, Format = "binary" };
        return new()
        {
            Required = true,
            Description = "The video: MP4, MOV, MKV, WebM, AVI, GIF, MPEG and what else FFmpeg reads from one file.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [UploadReader.Multipart] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { MultipartUploads.Field },
                        Properties = new Dictionary<string, IOpenApiSchema> { [MultipartUploads.Field] = bytes },
                    },
                },
                [VideoUpload.AnyVideo] = new() { Schema = bytes },
                [UploadReader.Bytes] = new() { Schema = bytes },
            },
        };
    }

    private static OpenApiRequestBody Pictures(OpenApiDocument document, string description)
    {
        OpenApiSchema bytes = new() { Type = JsonSchemaType.String, Format = "binary" };
        return new()
        {
            Required = true,
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [UploadReader.Multipart] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { MultipartUploads.Field },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            [MultipartUploads.Field] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = bytes, Description = "The pictures, each a field of this name." },
                        },
                    },
                },
                [UploadReader.Json] = new()
                {
                    Schema = new OpenApiSchemaReference(nameof(AnalyzeRequest), document),
                    Example = JsonNode.Parse("""{"pictures":[{"source":"team.jpg","data":"/9j/4AAQSkZJRg..."}]}"""),
                },
                [UploadReader.AnyPicture] = new() { Schema = bytes },
                [UploadReader.Bytes] = new() { Schema = bytes },
            },
        };
    }
}
