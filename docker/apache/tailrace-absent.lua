-- What Apache answers when no node can be reached. Any status but 200 closes a browser's EventSource for good, so a stream is
-- told to come back, spread over some seconds by the microsecond of its request. A poll of /v1/stream, and every other call,
-- understands 503.

function handle(r)
    local path, query = r.the_request:match('^%u+ ([^ ?]+)%??(%S*)')
    if path == '/v1/stream' and not ('&' .. query):find('&wait=', 1, true) then
        r.status = 200
        r.content_type = 'text/event-stream'
        r.headers_out['Cache-Control'] = 'no-store, no-transform'
        local origin = r.headers_in['Origin']
        if origin then
            r.headers_out['Access-Control-Allow-Origin'] = origin
            r.headers_out['Access-Control-Allow-Credentials'] = 'true'
        end
        r:write('retry: ' .. math.floor(1000 + r:clock() % 4001) .. '\n\n')
    else
        r.status = 503
        r.content_type = 'application/problem+json'
        r.headers_out['Cache-Control'] = 'no-store'
        r.headers_out['Retry-After'] = '2'
        r:write('{"type":"about:blank","title":"No node can be reached","status":503}')
    end
    return apache2.OK
end
