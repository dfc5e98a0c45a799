namespace CharacterRefs.Api.Http;

/// <summary>A request body is invalid; thrown while the body is read, where no result can be returned.</summary>
internal sealed class InvalidRequestException(Error error, Exception? inner = null) : Exception(error.Detail, inner)
{
    public Error Error => error;
}
