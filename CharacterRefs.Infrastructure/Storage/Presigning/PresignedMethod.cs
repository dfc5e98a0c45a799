namespace CharacterRefs.Infrastructure.Storage.Presigning;

/// <summary>What a presigned URL allows. The method is signed, so each needs a URL of its own.</summary>
internal enum PresignedMethod
{
    /// <summary>Reading the object.</summary>
    Get,

    /// <summary>Reading what is known about the object.</summary>
    Head,
}
