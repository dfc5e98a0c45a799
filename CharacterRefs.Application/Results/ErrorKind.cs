namespace CharacterRefs.Application.Results;

/// <summary>Every kind of error of a use case. The names are the stable codes of the contract's <c>error</c> member.</summary>
public enum ErrorKind
{
    /// <summary>A field, id, file or path is not valid.</summary>
    ValidationError,

    /// <summary>API keys are configured and the request has none, or an invalid one.</summary>
    Unauthorized,

    /// <summary>The request names a host that is not allowed, or comes from a page of another site.</summary>
    Forbidden,

    NotFound,

    /// <summary>The current state of the resource forbids it.</summary>
    Conflict,

    /// <summary>The body exceeds the server's limit.</summary>
    PayloadTooLarge,

    /// <summary>The model rejected the input.</summary>
    GenerationRejected,

    /// <summary>The idempotency key belongs to a request with another body.</summary>
    IdempotencyKeyReused,

    /// <summary>The request would exceed a budget; nothing was paid.</summary>
    BudgetExceeded,

    /// <summary>Too many requests, here or at the provider.</summary>
    RateLimited,

    /// <summary>The provider failed, or returned an invalid image.</summary>
    UpstreamFailed,

    /// <summary>The provider did not finish before the deadline.</summary>
    UpstreamTimedOut,

    /// <summary>An operator has to act: a token, credit, a model that was removed.</summary>
    ConfigurationError,

    /// <summary>The store is unreachable, or the local disk failed.</summary>
    StorageUnavailable,

    /// <summary>The machine is too busy; a retry can succeed.</summary>
    Overloaded,

    /// <summary>Anything else.</summary>
    InternalError,
}
