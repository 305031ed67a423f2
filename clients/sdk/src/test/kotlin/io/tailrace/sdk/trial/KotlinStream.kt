package io.tailrace.sdk.trial

import com.fasterxml.jackson.module.kotlin.readValue
import io.tailrace.sdk.kotlin.infrastructure.Serializer
import io.tailrace.sdk.kotlin.models.Event
import io.tailrace.sdk.kotlin.models.SnapshotRequiredFrame
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.sse.EventSource
import okhttp3.sse.EventSourceListener
import okhttp3.sse.EventSources
import java.time.Duration

// readme
/** The stream, by okhttp-sse: when it has failed or closed, [open] again with a backoff; it resumes behind [lastId]. */
abstract class KotlinStream(private val client: OkHttpClient, private val stream: String, private val token: String) :
    EventSourceListener() {
    @Volatile var lastId: String? = null

    abstract fun event(event: Event)
    abstract fun snapshotRequired(frame: SnapshotRequiredFrame)

    fun open(): EventSource {
        val request = Request.Builder().url(stream).header("Authorization", "Bearer $token")
        lastId?.let { request.header("Last-Event-ID", it) }
        val patient = client.newBuilder().readTimeout(Duration.ofSeconds(40)).build() // 2.5 heartbeats
        return EventSources.createFactory(patient).newEventSource(request.build(), this)
    }

    override fun onEvent(eventSource: EventSource, id: String?, type: String?, data: String) {
        when (type) {
            null, "message" -> event(Serializer.jacksonObjectMapper.readValue(data))
            "snapshot.required" -> snapshotRequired(Serializer.jacksonObjectMapper.readValue(data))
        } // frames of other names, which may be new, are passed over
        lastId = id
    }
}
// end
