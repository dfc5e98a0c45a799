using CharacterRefs.Application.Results;

namespace CharacterRefs.Api.Http;

/// <summary>A request body turned out unacceptable while it was being read, where no result can be returned.</summary>
internal sealed class InvalidRequestException(Error error, Exception? inner = null) : Exception(error.Detail, inner)
{
    public Error Error => error;
}
