namespace CharacterRefs.Api.OpenApi;

/// <summary>The action reads a multipart body with one part <c>file</c> by itself.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FileUploadAttribute : Attribute;
