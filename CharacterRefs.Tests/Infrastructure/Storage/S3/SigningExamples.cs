using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Targets to sign for.</summary>
internal static class SigningExamples
{
    /// <summary>The target of the example of AWS.</summary>
    public static PresignTarget Example { get; } = new()
    {
        Endpoint = new Uri("https://s3.amazonaws.com"),
        ForcePathStyle = false,
        Bucket = "examplebucket",
        Region = "us-east-1",
        AccessKeyId = "AKIAIOSFODNN7EXAMPLE",
        SecretAccessKey = new Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    };

    /// <summary>A self-hosted server.</summary>
    public static PresignTarget PathStyle { get; } = Example with { Endpoint = new Uri("http://localhost:7480"), ForcePathStyle = true, Region = "eu-1" };
}
