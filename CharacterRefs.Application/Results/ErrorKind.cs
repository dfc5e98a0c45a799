namespace CharacterRefs.Application.Results;

/// <summary>Every way in which a use case can refuse. The names are the stable codes of the contract's <c>error</c> member.</summary>
public enum ErrorKind
{
    /// <summary>A field, id, file or path is not acceptable.</summary>
    ValidationError,

    /// <summary>API keys are configured and none, or a wrong one, came.</summary>
    Unauthorized,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>The state of the thing forbids it.</summary>
    Conflict,

    /// <summary>The body is over the server's hard limit.</summary>
    PayloadTooLarge,

    /// <summary>The model refused the input.</summary>
    GenerationRejected,

    /// <summary>Too many requests, here or at the provider.</summary>
    RateLimited,

    /// <summary>The provider failed, or delivered what is not an acceptable image.</summary>
    UpstreamFailed,

    /// <summary>The provider did not finish before the deadline.</summary>
    UpstreamTimedOut,

    /// <summary>Whoever runs the service has to act: a token, a credit, a model that is gone.</summary>
    ConfigurationError,

    /// <summary>The store cannot be reached, or the disk does not take the bytes.</summary>
    StorageUnavailable,

    /// <summary>Anything else.</summary>
    InternalError,
}
